/** The facts of a connection for its decider. The system is asked for the remote address only where somebody wants to know. */
import type { Facts, Inspected, SocksRequest } from './decision.ts';
import type { ConnectionView } from './event.ts';
import type { SocketAddress } from './socket-address.ts';

export class LazyFacts implements Facts {
  readonly listener: string;
  readonly request: SocksRequest | undefined;
  readonly inspected: Inspected | undefined;
  readonly #connection: ConnectionView<unknown>;

  constructor(connection: ConnectionView<unknown>, inspected: Inspected | undefined) {
    this.listener = connection.listener;
    this.request = connection.request;
    this.inspected = inspected;
    this.#connection = connection;
  }

  get remote(): SocketAddress {
    return this.#connection.remote;
  }
}
