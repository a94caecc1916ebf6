/** Durations as Go's time.ParseDuration reads them: `1m30s`, `.5s`, `-2h`, `0`. */

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** Milliseconds (may be a fraction or negative), or null where the text is not a duration. */
export function parseDuration(text: string): number | null {
  let at = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  const sign = text.startsWith('-') ? -1 : 1;
  if (text.slice(at) === '0') return 0;
  if (at === text.length) return null;
  let total = 0;
  while (at < text.length) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (match === null) return null;
    total += Number(match[1]) * (units[match[2] ?? ''] ?? 0);
    at = part.lastIndex;
  }
  // Go counts whole nanoseconds in 64 bits; sums of fractions are brought back to that grid.
  return Math.abs(total) > 9_223_372_036_854.775 ? null : sign * (Math.round(total * 1e6) / 1e6);
}
