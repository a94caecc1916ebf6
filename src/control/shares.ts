/** Counts which destination each routed connection was given, and judges the shares that come of it. */
import { type Bounds, binomialBounds } from './binomial.ts';

/** The probability that a fair run of one rule is judged off, over all its destinations together. */
export const verdictError = 0.0001;

export type ShareReport = {
  /** `default/tcp-echo spec.tcp[0]`, or the cluster where no rule decided. */
  readonly rule: string;
  readonly connections: number;
  /** Do these shares hold now? False for those under earlier weights. */
  readonly current: boolean;
  readonly destinations: readonly DestinationShareReport[];
  /** within: as chance explains it; off: it does not; none: nothing to judge (a single destination, no connection). */
  readonly verdict: 'within' | 'off' | 'none';
};

export type DestinationShareReport = {
  readonly destination: string;
  /** What people call it: the subset, or the host's first label. */
  readonly label: string;
  /** 0 to 1. */
  readonly expected: number;
  readonly observed: number;
  /** Counts that chance alone explains, with `verdictError` shared among the destinations. */
  readonly bounds: Bounds;
  readonly within: boolean;
};

export type ExpectedShare = {
  readonly destination: string;
  readonly label: string;
  readonly share: number;
};

type Row = {
  readonly rule: string;
  readonly expected: readonly ExpectedShare[];
  readonly counts: number[];
  current: boolean;
};

/** One counter per run. A rule whose weights change starts anew; the counts under the old weights stay in the report. */
export class ShareCounter {
  readonly #rows = new Map<string, Row>();

  /** The shares that hold from now on, so that they can be shown before the first connection. */
  follow(
    rules: readonly { readonly rule: string; readonly expected: readonly ExpectedShare[] }[],
  ): void {
    for (const row of this.#rows.values()) row.current = false;
    for (const { rule, expected } of rules) this.#row(rule, expected).current = true;
  }

  /** chosen: index into `expected`. */
  count(rule: string, expected: readonly ExpectedShare[], chosen: number): void {
    const row = this.#row(rule, expected);
    row.counts[chosen] = (row.counts[chosen] ?? 0) + 1;
    // Not every rule can be listed before it is used.
    row.current = true;
  }

  #row(rule: string, expected: readonly ExpectedShare[]): Row {
    const key = keyOf(rule, expected);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { rule, expected, counts: expected.map(() => 0), current: true };
      this.#rows.set(key, row);
    }
    return row;
  }

  /** In the order in which the rules were first used. */
  report(): readonly ShareReport[] {
    return [...this.#rows.values()].map(reportRow);
  }
}

const keys = new WeakMap<readonly ExpectedShare[], string>();

/** Counting is on the way of every connection: the key is worked out once for each list of shares. */
function keyOf(rule: string, expected: readonly ExpectedShare[]): string {
  let key = keys.get(expected);
  if (key === undefined) {
    key = JSON.stringify([rule, expected.map(({ destination, share }) => [destination, share])]);
    keys.set(expected, key);
  }
  return key;
}

function reportRow({ rule, expected, counts, current }: Row): ShareReport {
  const connections = counts.reduce((sum, count) => sum + count, 0);
  const destinations = expected.map(({ destination, label, share }, i) => {
    const observed = counts[i] ?? 0;
    const bounds = binomialBounds(connections, share, verdictError / expected.length);
    const within = bounds.low <= observed && observed <= bounds.high;
    return { destination, label, expected: share, observed, bounds, within };
  });
  const judged = expected.length > 1 && connections > 0;
  const verdict = !judged ? 'none' : destinations.every(({ within }) => within) ? 'within' : 'off';
  return { rule, connections, current, destinations, verdict };
}
