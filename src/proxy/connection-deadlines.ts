/** What a connection waits for, on one deadline of the wheel: the end of an attempt, idleness, its greatest age. */
import type { ConnectionLimits } from './decision.ts';
import { Deadline, type TimerWheel } from './timer-wheel.ts';

export type Expired = (why: 'max-duration' | 'idle-timeout') => void;

export class ConnectionDeadlines {
  readonly #wheel: TimerWheel;
  readonly #now: () => number;
  readonly #acceptedAt: number;
  readonly #expired: Expired;
  readonly #deadline: Deadline;
  #limits: ConnectionLimits = { idleTimeoutMs: 0, maxConnectionDurationMs: 0 };
  /** Undefined while idleness does not count: until both sides are connected. */
  #activeAt: number | undefined;
  #awaited: { readonly at: number; readonly then: () => void } | undefined;

  #over = false;

  constructor(wheel: TimerWheel, now: () => number, acceptedAt: number, expired: Expired) {
    this.#wheel = wheel;
    this.#now = now;
    this.#acceptedAt = acceptedAt;
    this.#expired = expired;
    this.#deadline = new Deadline(() => this.#onDeadline());
  }

  limit(limits: ConnectionLimits): void {
    this.#limits = limits;
  }

  /** One thing at a time; a new one takes the place of the last. */
  await(afterMs: number, then: () => void): void {
    this.#awaited = { at: this.#now() + afterMs, then };
    this.#schedule();
  }

  /** From now on idleness counts, and what was awaited has come. */
  open(): void {
    this.#awaited = undefined;
    this.#activeAt = this.#now();
    this.#schedule();
  }

  /** Called for every read: it only writes down the time, the wheel finds out later. */
  active(): void {
    this.#activeAt = this.#now();
  }

  /** For good. */
  clear(): void {
    this.#over = true;
    this.#wheel.clear(this.#deadline);
  }

  #endOfLife(): number {
    const { maxConnectionDurationMs } = this.#limits;
    return maxConnectionDurationMs > 0
      ? this.#acceptedAt + maxConnectionDurationMs
      : Number.POSITIVE_INFINITY;
  }

  #endOfPatience(): number {
    const { idleTimeoutMs } = this.#limits;
    return idleTimeoutMs > 0 && this.#activeAt !== undefined
      ? this.#activeAt + idleTimeoutMs
      : Number.POSITIVE_INFINITY;
  }

  #schedule(): void {
    if (this.#over) return;
    const awaitedAt = this.#awaited?.at ?? Number.POSITIVE_INFINITY;
    const at = Math.min(awaitedAt, this.#endOfLife(), this.#endOfPatience());
    if (at < Number.POSITIVE_INFINITY) this.#wheel.set(this.#deadline, at);
  }

  #onDeadline(): void {
    const now = this.#now();
    const awaited = this.#awaited;
    if (now >= this.#endOfLife()) this.#expired('max-duration');
    else if (now >= this.#endOfPatience()) this.#expired('idle-timeout');
    else if (awaited !== undefined && now >= awaited.at) {
      this.#awaited = undefined;
      awaited.then();
      this.#schedule();
    } else this.#schedule();
  }
}
