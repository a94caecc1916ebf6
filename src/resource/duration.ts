/** Durations as Go's time.ParseDuration reads them: `1m30s`, `.5s`, `-2h`, `0`. */

/** In nanoseconds. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};
const part = /(?=\.?\d)(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
/** Go counts in 64 bits; the sign is looked at last. */
const most = 2n ** 63n;
const longestWhole = most.toString().length;
/** Digits behind the point of which Go reads no more. */
const longestFraction = most / 10n;
const perMillisecond = 1_000_000n;

/** Milliseconds (may be a fraction or negative), or null where the text is not a duration. */
export function parseDuration(text: string): number | null {
  let at = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  const negative = text.startsWith('-');
  if (text.slice(at) === '0') return 0;
  if (at === text.length) return null;
  let total = 0n;
  while (at < text.length) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (match === null) return null;
    const [, whole = '', fraction = '', unit = ''] = match;
    const nanoseconds = units[unit] ?? 0;
    const digits = whole.replace(/^0+/, '');
    if (digits.length > longestWhole) return null;
    total += BigInt(digits) * BigInt(nanoseconds) + fractionOf(fraction, nanoseconds);
    if (total > most) return null;
    at = part.lastIndex;
  }
  if (total === most && !negative) return null;
  const isWhole = total % perMillisecond === 0n;
  const milliseconds = isWhole
    ? Number(total / perMillisecond)
    : Number(total) / Number(perMillisecond);
  return negative ? -milliseconds : milliseconds;
}

/** Whole nanoseconds: Go goes by a double here, and cuts the rest away. */
function fractionOf(digits: string, unit: number): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > longestFraction) break;
    const next = value * 10n + BigInt(digit);
    if (next > most) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (unit / scale)));
}
