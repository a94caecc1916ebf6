/**
 * Text on its way to a terminal. Writing to one blocks while its user has stopped it (Ctrl-S), and Node writes to terminals at once:
 * here another thread does, so that whoever offers text goes on.
 */
import { write } from 'node:fs';

/** Another program may have made the terminal non-blocking: milliseconds until the next try. */
const retryAfter = 5;

export class TerminalQueue {
  readonly #descriptor: number;
  readonly #waiting: Buffer[] = [];
  readonly #idle: (() => void)[] = [];
  #writing = false;
  /** Bytes that are not written yet. */
  size = 0;
  /** The terminal is gone. */
  closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  add(text: string): void {
    if (this.closed) return;
    const bytes = Buffer.from(text);
    this.size += bytes.length;
    this.#waiting.push(bytes);
    if (!this.#writing) this.#next();
  }

  /** Calls back when nothing waits any more. */
  whenIdle(callback: () => void): void {
    if (this.#writing) this.#idle.push(callback);
    else callback();
  }

  #next(): void {
    this.#writing = this.#waiting.length > 0;
    if (this.#writing) this.#write(Buffer.concat(this.#waiting.splice(0)));
    else for (const callback of this.#idle.splice(0)) callback();
  }

  #write(bytes: Buffer): void {
    write(this.#descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes), retryAfter);
        return;
      }
      if (error !== null) {
        this.closed = true;
        this.size = 0;
        this.#waiting.length = 0;
        this.#next();
        return;
      }
      this.size -= written;
      if (written < bytes.length) this.#write(bytes.subarray(written));
      else this.#next();
    });
  }
}
