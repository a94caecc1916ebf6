/** One end of a TCP connection as the relay sees it, and what makes such ends. Two transports have this face: node:net, and its bare handles. */
import type { TcpKeepalive } from '../cluster-config.ts';
import type { SocketAddress } from '../socket-address.ts';

/** Who is told what happens to a stream. Nothing is called after `close` or `reset`. */
export type StreamOwner = {
  /** Only for dialled streams. */
  onConnected(): void;
  /**
   * Bytes have come in `buffer[0, length)`. `owned`: the buffer is the callee's to keep; else it is read into again, and the buffer
   * that is returned (if any) takes its place.
   */
  onBytes(buffer: Uint8Array, length: number, owned: boolean): Uint8Array | undefined;
  /** The other side has sent all it will. */
  onEnd(): void;
  /** All that was queued is in the kernel's hands. */
  onFlushed(): void;
  /** What `end` announced has been sent, after all bytes before it. */
  onEnded(): void;
  /** The connection is broken; `code` as the system names it: ECONNRESET. */
  onFailed(code: string): void;
};

export type Stream = {
  owner: StreamOwner;
  /** Nothing waits to be written. */
  readonly flushed: boolean;
  /** Its number; -1 where that is not known. The system gives the lowest that is free. */
  readonly descriptor: number;
  /** Asks the system: call it only where the answer is needed, and before the stream is closed. */
  remote(): SocketAddress;
  resume(): void;
  pause(): void;
  /** True: the kernel took all, the memory may be used again. False: it has to stay untouched until `onFlushed`. */
  write(bytes: Uint8Array): boolean;
  end(): void;
  close(): void;
  reset(): void;
};

export type Listening = {
  readonly address: SocketAddress;
  /** At once: the port is free afterwards. */
  close(): void;
};

export type Transport = {
  /** Accepted streams are paused, and owned by nobody until `accept` gives them an owner. Rejects with the system's error. */
  listen(
    address: SocketAddress,
    accept: (stream: Stream) => void,
    failed: (error: Error) => void,
  ): Promise<Listening>;
  /** Never fails at once: the owner is told later. */
  dial(address: SocketAddress, keepalive: TcpKeepalive | undefined, owner: StreamOwner): Stream;
};

/** The owner of a stream that nobody has taken yet. */
export const nobody: StreamOwner = {
  onConnected() {},
  onBytes: () => undefined,
  onEnd() {},
  onFlushed() {},
  onEnded() {},
  onFailed() {},
};
