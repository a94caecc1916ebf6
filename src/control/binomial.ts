/** How far an observed count may be from what a share promises before it tells something: exact binomial bounds. */

/** Counts from low to high (both included) are what chance alone explains. */
export type Bounds = { readonly low: number; readonly high: number };

/**
 * The narrowest central range of counts out of `trials` that a true share of `probability` leaves, to either side, with a
 * probability of at most `error / 2`.
 */
export function binomialBounds(trials: number, probability: number, error: number): Bounds {
  if (trials <= 0) return { low: 0, high: 0 };
  if (probability <= 0) return { low: 0, high: 0 };
  if (probability >= 1) return { low: trials, high: trials };
  const high = upperBound(trials, probability, error / 2);
  return { low: trials - upperBound(trials, 1 - probability, error / 2), high };
}

/** The least count k with P(X > k) <= tail. */
function upperBound(trials: number, probability: number, tail: number): number {
  const mean = trials * probability;
  const spread = Math.sqrt(trials * probability * (1 - probability));
  // Beyond twelve standard deviations (and a few counts, where the spread is tiny) nothing is left that a double would show.
  let k = Math.min(trials, Math.ceil(mean + 12 * spread + 40));
  let beyond = 0;
  while (k > 0) {
    const here = Math.exp(logMass(trials, probability, k));
    if (beyond + here > tail) return k;
    beyond += here;
    k -= 1;
  }
  return 0;
}

/** The logarithm of P(X = k). */
function logMass(trials: number, probability: number, k: number): number {
  return (
    logFactorial(trials) -
    logFactorial(k) -
    logFactorial(trials - k) +
    k * Math.log(probability) +
    (trials - k) * Math.log1p(-probability)
  );
}

const small: number[] = [0];
for (let n = 1; n < 256; n += 1) small.push((small[n - 1] ?? 0) + Math.log(n));

/** ln n!, by Stirling's series from 256 on, where its error is below 1e-15. */
function logFactorial(n: number): number {
  const known = small[n];
  if (known !== undefined) return known;
  const m = n + 1;
  return (
    (m - 0.5) * Math.log(m) - m + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * m) - 1 / (360 * m ** 3)
  );
}
