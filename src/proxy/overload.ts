/**
 * When the process has no file descriptors left: new connections are closed at once for a while, so that those that are open go on
 * and the process can still open what it needs. (libuv itself closes what it cannot accept, and does not say so.)
 */
import type { ProxyEvent } from './event.ts';
import { Deadline, type TimerWheel } from './timer-wheel.ts';

const pauseMs = 1_000;

export class Overload {
  readonly #wheel: TimerWheel;
  readonly #now: () => number;
  readonly #tell: (event: ProxyEvent<never>) => void;
  readonly #end: Deadline;
  #active = false;
  #refused = 0;

  constructor(wheel: TimerWheel, now: () => number, tell: (event: ProxyEvent<never>) => void) {
    this.#wheel = wheel;
    this.#now = now;
    this.#tell = tell;
    this.#end = new Deadline(() => {
      this.#active = false;
      this.#tell({ kind: 'recovered', refused: this.#refused });
      this.#refused = 0;
    });
  }

  /** Told once per pause, however many connections meet it. */
  begin(listener: string, why: string, connections: number): void {
    if (this.#active) return;
    this.#active = true;
    this.#wheel.set(this.#end, this.#now() + pauseMs);
    const message = `${why}: with ${connections} connections open, new ones are closed at once for ${pauseMs} ms`;
    this.#tell({ kind: 'overloaded', listener, message });
  }

  refuses(): boolean {
    if (this.#active) this.#refused += 1;
    return this.#active;
  }

  stop(): void {
    this.#wheel.clear(this.#end);
    this.#active = false;
  }
}
