/** Where a server listens in truth, after it was asked for some free port. */
import type { Server } from 'node:net';
import type { SocketAddress } from '../socket-address.ts';

export function boundAddress(server: Server, asked: SocketAddress): SocketAddress {
  const bound = server.address();
  return bound === null || typeof bound === 'string'
    ? asked
    : { host: bound.address, port: bound.port };
}
