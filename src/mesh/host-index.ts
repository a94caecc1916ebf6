/** Values by host name, found by exact name and by wildcard without trying every wildcard. */
import { isWildcard } from './host-name.ts';

export class HostIndex<V> {
  readonly #exact = new Map<string, V>();
  /** By the wildcard's suffix, the text behind its star. */
  readonly #bySuffix = new Map<string, V>();
  readonly #lengths = new Set<number>();
  #descending: readonly number[] | null = null;

  get(host: string): V | undefined {
    return isWildcard(host) ? this.#bySuffix.get(host.slice(1)) : this.#exact.get(host);
  }

  set(host: string, value: V): void {
    if (!isWildcard(host)) {
      this.#exact.set(host, value);
      return;
    }
    const suffix = host.slice(1);
    this.#bySuffix.set(suffix, value);
    this.#lengths.add(suffix.length);
    this.#descending = null;
  }

  /** Every value with its host. */
  *entries(): Generator<readonly [string, V]> {
    yield* this.#exact;
    for (const [suffix, value] of this.#bySuffix) yield [`*${suffix}`, value];
  }

  /** The value of the most specific host that holds all of `host`, with that host: plain before wildcard, longer before shorter (`MostSpecificHostMatch`). */
  mostSpecific(host: string): readonly [string, V] | null {
    const exact = this.get(host);
    if (exact !== undefined) return [host, exact];
    for (const [found, value] of this.#wildcardsOver(host)) return [found, value];
    return null;
  }

  /** Values of all hosts that overlap with `host`, in no order that matters. */
  *overlapping(host: string): Generator<V> {
    const exact = this.#exact.get(host);
    if (exact !== undefined) yield exact;
    for (const [, value] of this.#wildcardsOver(host)) yield value;
    if (!isWildcard(host)) return;
    const suffix = host.slice(1);
    for (const [name, value] of this.#exact) if (name.endsWith(suffix)) yield value;
    for (const [longer, value] of this.#bySuffix)
      if (longer.length > suffix.length && longer.endsWith(suffix)) yield value;
  }

  /** Wildcards whose suffix ends `host`, the longest first. */
  *#wildcardsOver(host: string): Generator<readonly [string, V]> {
    const text = isWildcard(host) ? host.slice(1) : host;
    this.#descending ??= [...this.#lengths].sort((a, b) => b - a);
    for (const length of this.#descending) {
      if (length > text.length) continue;
      const suffix = text.slice(text.length - length);
      const value = this.#bySuffix.get(suffix);
      if (value !== undefined) yield [`*${suffix}`, value];
    }
  }
}
