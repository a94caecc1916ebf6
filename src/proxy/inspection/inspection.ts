/** Holds a new connection until its first bytes say what it speaks, and hands back those bytes with the answer. */
import type { Inspect, Inspected } from '../decision.ts';
import { nobody, type Stream, type StreamOwner } from '../stream/stream.ts';
import { Deadline, type TimerWheel } from '../timer-wheel.ts';
import { inspectHttp } from './inspect-http.ts';
import { inspectTls } from './inspect-tls.ts';

/** bytes: what was read on the way. failed: the client ended or broke the connection before there was an answer, or sent too much. */
export type InspectionResult = { readonly bytes: readonly Uint8Array[] } & (
  | { readonly kind: 'done'; readonly inspected: Inspected }
  | { readonly kind: 'failed'; readonly detail: string }
);

const plain: Inspected = { protocol: 'tcp', sni: undefined };

export class Inspection implements StreamOwner {
  readonly #stream: Stream;
  readonly #wanted: Inspect<unknown>;
  readonly #wheel: TimerWheel;
  readonly #deadline: Deadline;
  readonly #done: (result: InspectionResult) => void;
  #bytes: Buffer;

  constructor(
    stream: Stream,
    first: readonly Uint8Array[],
    wanted: Inspect<unknown>,
    clock: { readonly wheel: TimerWheel; readonly now: number },
    done: (result: InspectionResult) => void,
  ) {
    this.#stream = stream;
    this.#wanted = wanted;
    this.#wheel = clock.wheel;
    this.#done = done;
    this.#bytes = Buffer.concat(first);
    this.#deadline = new Deadline(() =>
      wanted.atTimeout === 'go-on'
        ? this.#finish(plain)
        : this.#fail(`the client did not say what it speaks within ${wanted.timeoutMs / 1000} s`),
    );
    if (wanted.timeoutMs > 0) clock.wheel.set(this.#deadline, clock.now + wanted.timeoutMs);
    stream.owner = this;
  }

  start(): void {
    if (this.#bytes.length > 0 && this.#look()) return;
    this.#stream.resume();
  }

  /** The connection is being closed from elsewhere. */
  cancel(): void {
    this.#wheel.clear(this.#deadline);
  }

  onBytes(buffer: Uint8Array, length: number): undefined {
    this.#bytes = Buffer.concat([this.#bytes, buffer.subarray(0, length)]);
    this.#look();
  }

  onEnd(): void {
    this.#fail('the client ended the connection before it said what it speaks');
  }

  onFailed(code: string): void {
    this.#fail(code);
  }

  onConnected(): void {}
  onFlushed(): void {}
  onEnded(): void {}

  /** True when there is an answer. The TLS inspector comes first; what it calls TLS the HTTP inspector never sees. */
  #look(): boolean {
    const bytes = this.#bytes;
    if (this.#wanted.tls) {
      const tls = inspectTls(bytes);
      if (tls.kind === 'more') return false;
      if (tls.kind === 'refused') return this.#fail(tls.why);
      if (tls.kind === 'tls') return this.#finish({ protocol: 'tls', sni: tls.sni });
    }
    if (!this.#wanted.http) return this.#finish(plain);
    const http = inspectHttp(bytes);
    if (http === 'more') return false;
    if (http === 'too-long') return this.#fail('a first line of more than 64 KiB');
    return this.#finish(http === 'http' ? { protocol: 'http', sni: undefined } : plain);
  }

  #finish(inspected: Inspected): true {
    this.#done({ kind: 'done', inspected, bytes: this.#stop() });
    return true;
  }

  #fail(detail: string): true {
    this.#done({ kind: 'failed', detail, bytes: this.#stop() });
    return true;
  }

  #stop(): readonly Uint8Array[] {
    this.#wheel.clear(this.#deadline);
    this.#stream.owner = nobody;
    this.#stream.pause();
    return this.#bytes.length > 0 ? [this.#bytes] : [];
  }
}
