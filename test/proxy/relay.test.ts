import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  backend,
  client,
  clusterOf,
  echoing,
  endpointAt,
  forwardTo,
  rig,
  transports,
  until,
} from './rig.ts';

describe.each(transports)('relay over %s', (streams) => {
  it('carries bytes both ways and says so', async () => {
    const server = await backend(echoing);
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    const callerPort = caller.socket.localPort;
    caller.socket.write('hello');
    await until('echo', () => caller.received().toString() === 'hello');
    caller.socket.end();
    await until('end', () => caller.ending() === 'end');
    await until('closed', () => mesh.closed().length === 1);
    const [opened, closed] = mesh.events;
    expect(opened).toMatchObject({ kind: 'opened' });
    expect(closed).toMatchObject({ kind: 'closed', reason: 'ended', flags: [] });
    const { connection } = mesh.closed()[0] ?? {};
    expect(connection?.listener).toBe('test');
    expect(connection?.route).toEqual({ rule: 'default/echo' });
    expect(connection?.bytesReceived).toBe(5);
    expect(connection?.bytesSent).toBe(5);
    expect(connection?.endpoint).toBe(`10.0.0.1:${server.port}`);
    expect(connection?.cluster).toBe('outbound|9000||echo.default.svc.cluster.local');
    expect(connection?.remote).toEqual({ host: '127.0.0.1', port: callerPort });
    expect(connection?.state).toBe('closed');
  });

  it.each(['up', 'down'] as const)('carries 64 MiB %s without loss, in order', async (way) => {
    const size = 64 * 1024 * 1024;
    const block = Buffer.allocUnsafe(1024 * 1024);
    for (let index = 0; index < block.length; index += 1)
      block[index] = (index * 31 + (index >> 8)) & 255;
    const expected = createHash('sha256');
    const seen = createHash('sha256');
    let arrived = 0;
    const send = (
      write: (bytes: Buffer) => boolean,
      drained: (then: () => void) => void,
      end: () => void,
    ) => {
      let sent = 0;
      const more = (): void => {
        while (sent < size) {
          // Blocks of many sizes, so that small and large reads mix.
          const part = block.subarray(0, Math.min(size - sent, 1 + ((sent * 7919) % block.length)));
          sent += part.length;
          expected.update(part);
          if (!write(part)) return drained(more);
        }
        end();
      };
      more();
    };
    const count = (chunk: Buffer): void => {
      arrived += chunk.length;
      seen.update(chunk);
    };
    let serverEnded = false;
    const server = await backend((socket) => {
      if (way === 'up') {
        socket.on('data', count);
        socket.on('end', () => {
          serverEnded = true;
          socket.end();
        });
      } else {
        socket.resume();
        send(
          (bytes) => socket.write(bytes),
          (then) => socket.once('drain', then),
          () => socket.end(),
        );
      }
    });
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    const { socket } = caller;
    socket.removeAllListeners('data');
    socket.on('data', way === 'down' ? count : () => {});
    if (way === 'up')
      send(
        (bytes) => socket.write(bytes),
        (then) => socket.once('drain', then),
        () => socket.end(),
      );
    else socket.end();
    await until('end', () => caller.ending() === 'end', 30_000);
    await until('closed', () => mesh.closed().length === 1);
    expect(arrived).toBe(size);
    expect(seen.digest('hex')).toBe(expected.digest('hex'));
    expect(mesh.closed()[0]).toMatchObject({ reason: 'ended' });
    const { bytesReceived, bytesSent } = mesh.closed()[0]?.connection ?? {};
    expect([bytesReceived, bytesSent]).toEqual(way === 'up' ? [size, 0] : [0, size]);
    if (way === 'up') expect(serverEnded).toBe(true);
  });

  it('passes on the end of the client, and still brings the answer', async () => {
    const server = await backend((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => socket.end(`got ${Buffer.concat(chunks).length}`));
    });
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    caller.socket.end('12345');
    await until('end', () => caller.ending() === 'end');
    expect(caller.received().toString()).toBe('got 5');
  });

  it('passes on the end of the server, and the client may go on sending', async () => {
    let late = '';
    const server = await backend((socket) => {
      socket.end('bye');
      socket.on('data', (chunk) => {
        late += chunk.toString();
      });
    });
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    await until('end', () => caller.ending() === 'end');
    expect(caller.received().toString()).toBe('bye');
    expect(mesh.closed()).toEqual([]);
    caller.socket.end('one more thing');
    await until('late bytes', () => late === 'one more thing');
    await until('closed', () => mesh.closed().length === 1);
    expect(mesh.closed()[0]).toMatchObject({
      reason: 'ended',
      connection: { bytesReceived: 14, bytesSent: 3 },
    });
  });

  it('passes on a reset by the client', async () => {
    let ending: string | undefined;
    const server = await backend((socket) => {
      socket.on('error', (error: NodeJS.ErrnoException) => {
        ending = error.code;
      });
      socket.resume();
    });
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    await until('upstream', () => server.sockets.size === 1);
    caller.socket.resetAndDestroy();
    await until('reset at the server', () => ending === 'ECONNRESET');
    expect(mesh.closed()[0]).toMatchObject({ reason: 'downstream-reset' });
  });

  it('passes on a reset by the server', async () => {
    const server = await backend((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    caller.socket.write('go');
    await until('reset at the client', () => caller.ending() === 'ECONNRESET');
    expect(mesh.closed()[0]).toMatchObject({ reason: 'upstream-reset' });
  });

  it('holds a fast sender back while the receiver does not read', async () => {
    const server = await backend((socket) => socket.pause());
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    const block = Buffer.alloc(1024 * 1024);
    let written = 0;
    const more = (): void => {
      while (written < 256 && caller.socket.write(block)) written += 1;
      written += 1;
      if (written < 256) caller.socket.once('drain', more);
    };
    more();
    const held = (): number => [...mesh.plane.connections()][0]?.bytesReceived ?? 0;
    // Still for a quarter of a second: held back.
    let last = -1;
    let stillSince = performance.now();
    await until('standstill', () => {
      if (held() !== last || last === 0) {
        last = held();
        stillSince = performance.now();
      }
      return performance.now() - stillSince > 250;
    });
    // What the kernel's buffers and one of ours hold, far from the 256 MiB that wait.
    expect(last).toBeLessThan(64 * 1024 * 1024);
    for (const socket of server.sockets) socket.resume();
    const sent = 256 * block.length;
    await until('the rest', () => held() >= sent, 20_000);
  });

  it('begins with a server that speaks first', async () => {
    const server = await backend((socket) => socket.write('220 ready\r\n'));
    const mesh = rig(streams);
    const listener = await mesh.listen(forwardTo(mesh, clusterOf([endpointAt(server)])));
    const caller = await client(listener.address);
    await until('greeting', () => caller.received().toString() === '220 ready\r\n');
  });
});
