/** Counts which destination each routed connection was given, and judges the shares that come of it. */
import { type Bounds, binomialBounds } from './binomial.ts';

/** The probability that a fair run of one rule is judged off, over all its destinations together. */
export const verdictError = 0.0001;

export type ShareReport = {
  /** `default/tcp-echo spec.tcp[0]`, or the cluster where no rule decided. */
  readonly rule: string;
  readonly connections: number;
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
};

/** One counter per run. A rule whose weights change starts anew; the counts under the old weights stay in the report. */
export class ShareCounter {
  readonly #rows = new Map<string, Row>();

  /** chosen: index into `expected`. */
  count(rule: string, expected: readonly ExpectedShare[], chosen: number): void {
    const key = JSON.stringify([
      rule,
      expected.map(({ destination, share }) => [destination, share]),
    ]);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { rule, expected, counts: expected.map(() => 0) };
      this.#rows.set(key, row);
    }
    row.counts[chosen] = (row.counts[chosen] ?? 0) + 1;
  }

  /** In the order in which the rules were first used. */
  report(): readonly ShareReport[] {
    return [...this.#rows.values()].map(reportRow);
  }
}

function reportRow({ rule, expected, counts }: Row): ShareReport {
  const connections = counts.reduce((sum, count) => sum + count, 0);
  const destinations = expected.map(({ destination, label, share }, i) => {
    const observed = counts[i] ?? 0;
    const bounds = binomialBounds(connections, share, verdictError / expected.length);
    const within = bounds.low <= observed && observed <= bounds.high;
    return { destination, label, expected: share, observed, bounds, within };
  });
  const judged = expected.length > 1 && connections > 0;
  const verdict = !judged ? 'none' : destinations.every(({ within }) => within) ? 'within' : 'off';
  return { rule, connections, destinations, verdict };
}
