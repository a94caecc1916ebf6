/** Answers that come later than they would, each by as much: in their order, and without holding up what follows. */

type Waiting = { readonly at: number; readonly bytes: number; readonly then: () => void };

export class Delayed {
  readonly #waiting: Waiting[] = [];
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = 0;

  /** Milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Bytes that wait. */
  get held(): number {
    return this.#held;
  }

  /** Never before what was given before. */
  add(delayMs: number, bytes: number, then: () => void): void {
    const before = this.#waiting.at(-1)?.at ?? 0;
    this.#waiting.push({ at: Math.max(before, this.#now() + delayMs), bytes, then });
    this.#held += bytes;
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
    this.#held = 0;
  }

  #arm(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#run();
        this.#arm();
      },
      Math.max(0, Math.ceil(first.at - this.#now())),
    );
  }

  #run(): void {
    const now = this.#now();
    for (
      let [first] = this.#waiting;
      first !== undefined && first.at <= now;
      [first] = this.#waiting
    ) {
      this.#waiting.shift();
      this.#held -= first.bytes;
      first.then();
    }
  }
}
