/**
 * One direction of a relayed connection: what comes from one stream goes to the other, in order, with nothing held back.
 *
 *   from --read--> scratch (shared) --copy--> to       quiet: the connection owns no memory
 *   from --read--> large buffer -------write--> to     busy: the same buffer again and again, nothing is copied
 *
 * When `to` does not take all at once, `from` is paused until it has: that is the whole of back-pressure, and it bounds what a
 * connection holds to one buffer each way.
 */
import {
  borrowLarge,
  giveBackLarge,
  scratch,
  smallRead,
  smallReadsToDemote,
} from './stream/read-buffers.ts';
import type { Stream, StreamOwner } from './stream/stream.ts';

/** What a flow tells the connection that it is half of. */
export type FlowObserver = {
  active(): void;
  connected(): void;
  /** All of this direction has been passed on, end included. */
  finished(): void;
  failed(flow: Flow, code: string): void;
};

/** Owns the events of `from`: its reads, and the writes that its peer flow makes to it. */
export class Flow implements StreamOwner {
  readonly #observer: FlowObserver;
  /** The flow the other way. */
  peer: Flow | undefined;
  from: Stream | undefined;
  bytes = 0;
  /** `from` has sent all it will. */
  ended = false;
  /** The end has been passed on to the peer's stream. */
  finished = false;
  #large: Uint8Array | undefined;
  #smallReads = 0;
  #released = false;

  constructor(observer: FlowObserver, from: Stream | undefined) {
    this.#observer = observer;
    this.from = from;
  }

  onConnected(): void {
    this.#observer.connected();
  }

  onBytes(buffer: Uint8Array, length: number, owned: boolean): Uint8Array | undefined {
    this.bytes += length;
    this.#observer.active();
    if (this.#large !== undefined) return this.#passOnLarge(buffer, length);
    const promote = !owned && length > smallRead;
    this.#write(owned ? buffer : copyOf(buffer, length));
    if (!promote || this.#released) return undefined;
    this.#large = borrowLarge();
    this.#smallReads = 0;
    return this.#large;
  }

  #passOnLarge(buffer: Uint8Array, length: number): Uint8Array | undefined {
    const taken = this.#write(length === buffer.length ? buffer : buffer.subarray(0, length));
    this.#smallReads = length > smallRead ? 0 : this.#smallReads + 1;
    if (!taken || this.#smallReads < smallReadsToDemote) return undefined;
    this.#giveBack();
    return scratch;
  }

  /** Bytes that were read before the flow began. */
  passOnFirst(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      this.bytes += chunk.length;
      if (this.peer !== undefined) this.#write(chunk);
    }
  }

  #write(bytes: Uint8Array): boolean {
    const to = this.peer?.from;
    if (to === undefined) return true;
    if (to.write(bytes)) return true;
    this.from?.pause();
    return false;
  }

  onEnd(): void {
    this.ended = true;
    this.#observer.active();
    const to = this.peer?.from;
    if (to === undefined) return;
    // The second end needs no shutdown of its own: closing says the same.
    if (this.peer?.finished === true && to.flushed) this.onFinished();
    else to.end();
  }

  onFinished(): void {
    this.finished = true;
    this.#observer.finished();
  }

  /** `from` has taken what the peer flow wrote to it: the peer may read on. */
  onFlushed(): void {
    this.#observer.active();
    if (this.peer?.ended === false) this.peer.from?.resume();
  }

  /** `from` has sent the end that the peer flow passed on. */
  onEnded(): void {
    this.peer?.onFinished();
  }

  onFailed(code: string): void {
    this.#observer.failed(this, code);
  }

  /** After `from` and the peer's stream are closed. */
  release(): void {
    this.#released = true;
    // A write that the kernel has not finished with still refers to the buffer; then it is left to the collector.
    if (this.peer?.from?.flushed === true) this.#giveBack();
    this.#large = undefined;
  }

  #giveBack(): void {
    if (this.#large !== undefined) giveBackLarge(this.#large);
    this.#large = undefined;
  }
}

function copyOf(buffer: Uint8Array, length: number): Uint8Array {
  const copy = Buffer.allocUnsafe(length);
  copy.set(length === buffer.length ? buffer : buffer.subarray(0, length));
  return copy;
}
