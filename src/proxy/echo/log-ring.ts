/** The last lines of a workload's log. Bounded both ways: so many lines, so long. */

const longestLine = 512;

export type LogLine = { readonly at: number; readonly text: string };

export class LogRing {
  readonly #capacity: number;
  readonly #lines: LogLine[] = [];
  #next = 0;

  constructor(capacity = 500) {
    this.#capacity = capacity;
  }

  add(at: number, text: string): void {
    this.#lines[this.#next] = { at, text: text.slice(0, longestLine) };
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Oldest first. */
  lines(): readonly LogLine[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}
