/** Streams over node:net's public face. The reference: what the bare handles do has to look the same from outside. */
import { connect, createServer, type Socket } from 'node:net';
import type { TcpKeepalive } from '../cluster-config.ts';
import type { SocketAddress } from '../socket-address.ts';
import { boundAddress } from './bound-address.ts';
import { scratch } from './read-buffers.ts';
import { resetSocket } from './reset-socket.ts';
import { nobody, type Stream, type StreamOwner, type Transport } from './stream.ts';

class SocketStream implements Stream {
  owner: StreamOwner;
  readBuffer: Uint8Array = scratch;
  #closed = false;
  #failed = false;
  readonly #socket: Socket;

  constructor(socket: Socket, owner: StreamOwner) {
    this.#socket = socket;
    this.owner = owner;
    socket.on('end', () => this.#closed || this.owner.onEnd());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
    // node:net destroys a socket whose both directions have ended. That breaks nothing: what came may still be on its way elsewhere.
    socket.on('close', () => {
      const over = socket.readableEnded && socket.writableFinished;
      if (!this.#closed && !over) this.#fail('ECLOSED');
    });
  }

  get flushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  readonly descriptor = -1;

  remote(): SocketAddress {
    return { host: this.#socket.remoteAddress ?? '', port: this.#socket.remotePort ?? 0 };
  }

  resume(): void {
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    socket.write(bytes);
    if (socket.writableLength === 0) return true;
    // 'drain' is not enough: a write that is incomplete but below the high-water mark never emits it.
    socket.write('', () => {
      if (!this.#closed && socket.writableLength === 0) this.owner.onFlushed();
    });
    return false;
  }

  end(): void {
    this.#socket.end(() => this.#closed || this.owner.onEnded());
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  reset(): void {
    this.#closed = true;
    resetSocket(this.#socket);
  }

  /** For sockets with `onread`: false stops reading, which `resume` undoes. */
  received(length: number, buffer: Uint8Array): boolean {
    if (this.#closed) return false;
    this.readBuffer = this.owner.onBytes(buffer, length, false) ?? this.readBuffer;
    return true;
  }

  connected(): void {
    if (!this.#closed) this.owner.onConnected();
  }

  #fail(code: string): void {
    if (this.#closed || this.#failed) return;
    this.#failed = true;
    this.owner.onFailed(code);
  }
}

function acceptedStream(socket: Socket): Stream {
  const stream = new SocketStream(socket, nobody);
  socket.on('data', (chunk: Buffer) => stream.owner.onBytes(chunk, chunk.length, true));
  socket.pause();
  return stream;
}

function dial(
  address: SocketAddress,
  keepalive: TcpKeepalive | undefined,
  owner: StreamOwner,
): Stream {
  let stream: SocketStream | undefined;
  const socket = connect({
    host: address.host,
    port: address.port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: keepalive !== undefined,
    ...(keepalive?.time === undefined ? {} : { keepAliveInitialDelay: keepalive.time * 1000 }),
    onread: {
      buffer: () => stream?.readBuffer ?? scratch,
      callback: (length, buffer) => stream?.received(length, buffer) ?? false,
    },
  });
  stream = new SocketStream(socket, owner);
  socket.pause();
  socket.on('connect', () => stream.connected());
  return stream;
}

export const socketTransport: Transport = {
  listen: ({ host, port }, accept, failed) =>
    new Promise((resolve, reject) => {
      const server = createServer(
        { allowHalfOpen: true, noDelay: true, pauseOnConnect: true },
        (socket) => accept(acceptedStream(socket)),
      );
      server.once('error', reject);
      server.listen({ host, port, backlog: 1024 }, () => {
        server.off('error', reject);
        server.on('error', failed);
        const address = boundAddress(server, { host, port });
        resolve({ address, close: () => server.close() });
      });
    }),
  dial,
};
