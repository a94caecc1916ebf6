/** The candidate that a misspelt word most likely meant, for "did you mean". */

/** Damerau-Levenshtein distance (adjacent swaps count one), given up above `limit`: then it is more than that, and no more is said. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  // Names of one place begin and end alike: what they share takes no part.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  return distanceBetween(a.slice(start, endA), b.slice(start, endB), limit);
}

function distanceBetween(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  let least = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let leastOfRow = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
      if (best < leastOfRow) leastOfRow = best;
    }
    // A row comes from the two before it, and from neither below what is least there.
    if (Math.min(least, leastOfRow) > limit) return limit + 1;
    least = leastOfRow;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** `redis-1` and `redis-2` are two things, and neither is a slip of the hand for the other. Both in small letters. */
function areSiblings(a: string, b: string): boolean {
  return a !== b && unnumbered(a) === unnumbered(b);
}

function unnumbered(word: string): string {
  return word.replace(/\d+/g, '#');
}

/** The nearest candidate, or null where none is near enough to be a slip of the hand (a third of the word, at least one letter). */
export function closest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > 100) return null;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const lowered = word.toLowerCase();
  let found: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const d = distance(lowered, candidate.toLowerCase(), least - 1);
    if (d < least) {
      least = d;
      found = candidate;
    }
  }
  return found;
}

/** The one candidate that differs from the word in a third of its letters at most; null where there is none, or a choice. */
export function onlyClose(word: string, candidates: Iterable<string>): string | null {
  if (word.length > 100) return null;
  const limit = Math.floor(word.length / 3);
  const lowered = word.toLowerCase();
  const near = new Set<string>();
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const other = candidate.toLowerCase();
    if (distance(lowered, other, limit) <= limit && !areSiblings(other, lowered))
      near.add(candidate);
  }
  const [only, another] = near;
  return another === undefined ? (only ?? null) : null;
}

/** ` (Did you mean echo?)`, to be put behind a message; '' where nothing is near. What lacks its namespace alone is nearest. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = all.find((one) => word !== '' && one.endsWith(`/${word}`)) ?? closest(word, all);
  return near === null ? '' : ` (Did you mean ${near}?)`;
}
