/** Streams on bare TCP handles: what the data plane runs on where the runtime lets it. Listening stays with node:net. */
import { createServer, type Server } from 'node:net';
import type { TcpKeepalive } from '../cluster-config.ts';
import type { SocketAddress } from '../socket-address.ts';
import { boundAddress } from './bound-address.ts';
import type {
  ConnectRequest,
  HandleBindings,
  ShutdownRequest,
  TcpHandle,
  WriteRequest,
} from './handle-bindings.ts';
import { scratch } from './read-buffers.ts';
import { nobody, type Stream, type StreamOwner, type Transport } from './stream.ts';

/** node:net's server, with the handle that it does not show. */
type BareServer = {
  _handle?: { onconnection: (status: number, client: TcpHandle | undefined) => void } | null;
};

export function handleTransport(bindings: HandleBindings): Transport {
  const { state, readResult, lastWriteWasQueued, endOfFile, errorName } = bindings;
  /** A request that finished at once was never seen by the runtime and serves again. */
  let spareWrite: WriteRequest | undefined;

  class HandleStream implements Stream {
    owner: StreamOwner;
    buffer: Uint8Array = scratch;
    closed = false;
    queued = 0;
    reading = false;
    bound = false;
    ending = false;
    shuttingDown = false;
    resetting = false;
    readonly handle: TcpHandle;

    constructor(handle: TcpHandle, owner: StreamOwner) {
      this.handle = handle;
      this.owner = owner;
      handle.stream = this;
    }

    get flushed(): boolean {
      return this.queued === 0;
    }

    get descriptor(): number {
      return this.handle.fd ?? -1;
    }

    remote(): SocketAddress {
      const out: { address?: string; port?: number } = {};
      if (!this.closed) this.handle.getpeername(out);
      return { host: out.address ?? '', port: out.port ?? 0 };
    }

    resume(): void {
      if (this.reading || this.closed) return;
      if (!this.bound) {
        this.bound = true;
        // biome-ignore lint/correctness/useHookAtTopLevel: the runtime's name, no hook of a component
        this.handle.useUserBuffer(this.buffer);
        this.handle.onread = onRead;
      }
      this.reading = true;
      this.handle.readStart();
    }

    pause(): void {
      if (!this.reading || this.closed) return;
      this.reading = false;
      this.handle.readStop();
    }

    write(bytes: Uint8Array): boolean {
      const request = spareWrite ?? newWriteRequest();
      spareWrite = undefined;
      const status = this.handle.writeBuffer(request, bytes);
      if (status === 0 && state[lastWriteWasQueued] !== 0) {
        request.stream = this;
        request.bytes = bytes;
        this.queued += 1;
        return false;
      }
      if (status === 0) {
        spareWrite = request;
        return this.queued === 0;
      }
      this.owner.onFailed(errorName(status));
      return false;
    }

    /** The shutdown waits until all is written: while one is under way there is no reset. */
    end(): void {
      if (this.queued > 0) this.ending = true;
      else this.shutdown();
    }

    shutdown(): void {
      const request = bindings.createShutdownRequest();
      request.oncomplete = afterShutdown;
      request.stream = this;
      this.shuttingDown = true;
      if (this.handle.shutdown(request) !== 0) queueMicrotask(() => this.ended());
    }

    /** A shutdown that fails (the peer is gone) has nothing left to say: the read side tells why. */
    ended(): void {
      this.shuttingDown = false;
      if (this.resetting) this.handle.reset();
      else if (!this.closed) this.owner.onEnded();
    }

    written(status: number): void {
      this.queued -= 1;
      if (this.closed) return;
      if (status < 0) this.owner.onFailed(errorName(status));
      else if (this.queued === 0) {
        if (this.ending) this.shutdown();
        this.owner.onFlushed();
      }
    }

    close(): void {
      if (this.closed) return;
      this.closed = true;
      this.handle.close();
    }

    /** Refused by the system while a shutdown is under way, and the runtime would then never close the handle: it waits that moment. */
    reset(): void {
      if (this.closed) return;
      this.closed = true;
      if (this.shuttingDown) this.resetting = true;
      else this.handle.reset();
    }
  }

  function newWriteRequest(): WriteRequest {
    const request = bindings.createWriteRequest();
    request.oncomplete = afterWrite;
    return request;
  }

  function onRead(this: TcpHandle): Uint8Array | undefined {
    const stream = this.stream as HandleStream;
    const length = state[readResult] ?? 0;
    if (stream.closed || length === 0) return undefined;
    if (length > 0) {
      const next = stream.owner.onBytes(stream.buffer, length, false);
      if (next !== undefined) stream.buffer = next;
      return next;
    }
    stream.pause();
    if (length === endOfFile) stream.owner.onEnd();
    else stream.owner.onFailed(errorName(length));
    return undefined;
  }

  function afterWrite(this: WriteRequest, status: number): void {
    this.bytes = undefined;
    (this.stream as HandleStream).written(status);
  }

  function afterShutdown(this: ShutdownRequest): void {
    (this.stream as HandleStream).ended();
  }

  function afterConnect(this: ConnectRequest, status: number): void {
    const stream = this.stream as HandleStream;
    if (stream.closed) return;
    if (status < 0) stream.owner.onFailed(errorName(status));
    else stream.owner.onConnected();
  }

  function dial(
    address: SocketAddress,
    keepalive: TcpKeepalive | undefined,
    owner: StreamOwner,
  ): Stream {
    const handle = bindings.createHandle();
    const stream = new HandleStream(handle, owner);
    const request = bindings.createConnectRequest();
    request.oncomplete = afterConnect;
    request.stream = stream;
    handle.setNoDelay(true);
    const status = address.host.includes(':')
      ? handle.connect6(request, address.host, address.port)
      : handle.connect(request, address.host, address.port);
    if (status !== 0) queueMicrotask(() => stream.closed || owner.onFailed(errorName(status)));
    else if (keepalive !== undefined) handle.setKeepAlive(true, keepalive.time ?? 7200);
    return stream;
  }

  function takeOver(server: Server, accept: (stream: Stream) => void): boolean {
    const handle = (server as unknown as BareServer)._handle;
    if (handle === undefined || handle === null) return false;
    handle.onconnection = (status, client) => {
      if (status !== 0 || client === undefined) {
        server.emit(
          'error',
          Object.assign(new Error(`accept ${errorName(status)}`), { code: errorName(status) }),
        );
        return;
      }
      client.setNoDelay(true);
      accept(new HandleStream(client, nobody));
    };
    return true;
  }

  return {
    listen: ({ host, port }, accept, failed) =>
      new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen({ host, port, backlog: 1024 }, () => {
          server.off('error', reject);
          server.on('error', failed);
          if (!takeOver(server, accept)) reject(new Error('the server has no handle'));
          const address = boundAddress(server, { host, port });
          resolve({ address, close: () => server.close() });
        });
      }),
    dial,
  };
}
