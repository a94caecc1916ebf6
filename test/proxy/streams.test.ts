/** One suite for both transports: what a relay may rely on, whatever is under it. */
import { describe, expect, it } from 'vitest';
import { loadHandleBindings } from '../../src/proxy/stream/handle-bindings.ts';
import { handleTransport } from '../../src/proxy/stream/handle-transport.ts';
import { socketTransport } from '../../src/proxy/stream/socket-transport.ts';
import { nobody, type StreamOwner, type Transport } from '../../src/proxy/stream/stream.ts';
import {
  backend,
  client,
  clusterOf,
  deadPort,
  endpointAt,
  forwardTo,
  rig,
  transports,
  until,
} from './rig.ts';

function transportOf(kind: (typeof transports)[number]): Transport {
  if (kind === 'sockets') return socketTransport;
  const bindings = loadHandleBindings();
  if (bindings === undefined) throw new Error('this runtime does not give its handles');
  return handleTransport(bindings);
}

/** Writes down what it is told. */
function witness(): StreamOwner & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    onConnected: () => told.push('connected'),
    onBytes: (_, length) => {
      told.push(`${length} bytes`);
      return undefined;
    },
    onEnd: () => told.push('end'),
    onFlushed: () => told.push('flushed'),
    onEnded: () => told.push('ended'),
    onFailed: (code) => told.push(code),
  };
}

describe.each(transports)('streams over %s', (kind) => {
  const transport = transportOf(kind);

  it('tell of a connect, of bytes, of both ends', async () => {
    const server = await backend((socket) => socket.pipe(socket));
    const owner = witness();
    const stream = transport.dial(server, undefined, owner);
    expect(owner.told).toEqual([]);
    await until('connected', () => owner.told.length === 1);
    expect(stream.remote()).toEqual({ host: '127.0.0.1', port: server.port });
    stream.resume();
    expect(stream.write(Buffer.from('abc'))).toBe(true);
    await until('echo', () => owner.told.includes('3 bytes'));
    stream.end();
    await until('both ends', () => owner.told.includes('end') && owner.told.includes('ended'));
    stream.close();
    expect(owner.told.filter((each) => each === 'connected')).toHaveLength(1);
  });

  it('tell of a refused connect, and of nothing after a close', async () => {
    const dead = await deadPort();
    const [told, silent] = [witness(), witness()];
    transport.dial(dead, undefined, told);
    transport.dial(dead, undefined, silent).close();
    await until('failed', () => told.told.length === 1);
    expect(told.told).toEqual(['ECONNREFUSED']);
    expect(silent.told).toEqual([]);
  });

  it('are not broken for having ended both ways: the other half of a relay may still be busy', async () => {
    const server = await backend((socket) => socket.pipe(socket));
    const owner = witness();
    const stream = transport.dial(server, undefined, owner);
    await until('connected', () => owner.told.length === 1);
    stream.resume();
    stream.end();
    await until('both ends', () => owner.told.includes('end') && owner.told.includes('ended'));
    await until('closed at the server', () => server.sockets.size === 0);
    // node:net closes such a socket by itself, in one of the next turns: by then others have been served.
    const other = await client(server);
    other.socket.end();
    await until('another connection is over', () => other.socket.destroyed);
    expect([...owner.told].sort()).toEqual(['connected', 'end', 'ended']);
    stream.close();
  });

  it('can be reset right after their end was announced', async () => {
    const server = await backend(() => {});
    const owner = witness();
    const stream = transport.dial(server, undefined, owner);
    await until('accepted', () => server.sockets.size === 1 && owner.told.length === 1);
    stream.end();
    stream.reset();
    for (const socket of server.sockets) socket.resume().on('end', () => socket.end());
    await until('closed at the server', () => server.sockets.size === 0);
    expect(owner.told).toEqual(['connected']);
  });

  it('take a keepalive time', async () => {
    const server = await backend((socket) => socket.pipe(socket));
    const owner = witness();
    const keepalive = { time: 30, interval: 5, probes: 3 };
    const stream = transport.dial(server, keepalive, owner);
    await until('connected', () => owner.told.length === 1);
    stream.close();
  });

  it('are accepted paused, and say nothing until they are taken', async () => {
    const accepted: ReturnType<Transport['dial']>[] = [];
    const listening = await transport.listen(
      { host: '127.0.0.1', port: 0 },
      (stream) => accepted.push(stream),
      () => {},
    );
    const caller = await client(listening.address);
    caller.socket.write('early');
    await until('accepted', () => accepted.length === 1);
    expect(accepted[0]?.owner).toBe(nobody);
    const owner = witness();
    const [stream] = accepted;
    if (stream === undefined) return;
    stream.owner = owner;
    stream.resume();
    await until('bytes', () => owner.told.includes('5 bytes'));
    stream.close();
    listening.close();
    await expect(client(listening.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('pass a reset on even while the end of the other side waits to be written', async () => {
    const server = await backend((socket) => {
      socket.pause();
      socket.end(Buffer.alloc(24 * 1024 * 1024));
    });
    const mesh = rig(kind);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    caller.socket.pause();
    // The caller's own direction is blocked too: nobody reads.
    caller.socket.write(Buffer.alloc(24 * 1024 * 1024));
    let last = -1;
    let since = performance.now();
    await until('standstill', () => {
      const [connection] = mesh.plane.connections();
      const moved = (connection?.bytesSent ?? 0) + (connection?.bytesReceived ?? 0);
      if (moved !== last || moved === 0) since = performance.now();
      last = moved;
      return performance.now() - since > 200;
    });
    for (const socket of server.sockets) socket.resetAndDestroy();
    caller.socket.resume();
    await until('the caller is told', () => caller.ending() === 'ECONNRESET');
    expect([...mesh.plane.connections()]).toEqual([]);
  });
});
