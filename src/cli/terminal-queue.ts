/**
 * Text on its way to a terminal. Writing to one blocks while its user has stopped it (Ctrl-S), and Node writes to terminals at once:
 * here another thread does, so that whoever offers text goes on. A thread that is blocked for good would keep the process from
 * ending, so where the system lets the terminal be opened once more, it is written to without waiting.
 */
import { constants, openSync, write } from 'node:fs';

/** Milliseconds until the next try at a terminal that takes nothing now: at first, and when it has been so for long. */
const retryAfter = { first: 5, last: 100 };

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
    this.#descriptor = withoutWaiting(descriptor);
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

  #write(bytes: Buffer, retry = retryAfter.first): void {
    write(this.#descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes, Math.min(2 * retry, retryAfter.last)), retry);
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

/**
 * The same terminal, non-blocking. Not by a flag on the descriptor itself, which the shell and every program before us share. Only
 * Linux opens it anew under this path; elsewhere, and where it may not be opened, the descriptor stays what it is.
 */
function withoutWaiting(descriptor: number): number {
  if (process.platform !== 'linux') return descriptor;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return descriptor;
  }
}
