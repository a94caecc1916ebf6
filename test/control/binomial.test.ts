import { describe, expect, it } from 'vitest';
import { binomialBounds } from '../../src/control/binomial.ts';

/** P(X <= k) by the plain recurrence, as an oracle for small numbers of trials. */
function cumulative(trials: number, p: number): number[] {
  const sums: number[] = [];
  let mass = (1 - p) ** trials;
  let sum = 0;
  for (let k = 0; k <= trials; k += 1) {
    sum += mass;
    sums.push(sum);
    mass *= ((trials - k) / (k + 1)) * (p / (1 - p));
  }
  return sums;
}

describe('binomialBounds', () => {
  it.each([
    [1, 0.5, 0.01],
    [10, 0.2, 0.01],
    [200, 0.2, 0.0001],
    [200, 0.9, 0.001],
  ])(
    'leaves at most the stated error outside, and no narrower range does (%i, %d, %d)',
    (n, p, error) => {
      const { low, high } = binomialBounds(n, p, error);
      const sums = cumulative(n, p);
      const below = (k: number): number => (k < 0 ? 0 : (sums[k] ?? 1));
      expect(below(low - 1)).toBeLessThanOrEqual(error / 2);
      expect(1 - below(high)).toBeLessThanOrEqual(error / 2 + 1e-12);
      if (low < n) expect(below(low)).toBeGreaterThan(error / 2);
      if (high > 0) expect(1 - below(high - 1)).toBeGreaterThan(error / 2);
    },
  );

  it('allows nothing else where the share is none or all', () => {
    expect(binomialBounds(100, 0, 0.01)).toEqual({ low: 0, high: 0 });
    expect(binomialBounds(100, 1, 0.01)).toEqual({ low: 100, high: 100 });
  });

  it('is near the normal approximation for a million trials', () => {
    const { low, high } = binomialBounds(1_000_000, 0.2, 0.01);
    expect(Math.abs(high - (200_000 + 2.5758 * 400))).toBeLessThan(5);
    expect(Math.abs(low - (200_000 - 2.5758 * 400))).toBeLessThan(5);
  });
});
