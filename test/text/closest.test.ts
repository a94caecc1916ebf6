/** What a misspelt word may have meant: the nearest for a hint, only a word without rival for a change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, didYouMean, onlyClose } from '../../src/text/index.ts';

describe('onlyClose', () => {
  it.each([
    ['a letter too many', 'stabble', ['stable', 'canary'], 'stable'],
    ['letters swapped', 'canray', ['stable', 'canary'], 'canary'],
    ['the same in another case', 'Stable', ['stable'], 'stable'],
    ['two that are near', 'blue1', ['blue2', 'blue3'], null],
    ['a short word, where a letter is half of it', 'v3', ['v2'], null],
    ['nothing near', 'stable', ['nightly'], null],
    ['one that is there several times', 'stabel', ['stable', 'stable'], 'stable'],
  ])('of %s', (_, word, candidates, meant) => {
    expect(onlyClose(word, candidates)).toBe(meant);
  });
});

/** As it is defined: the least number of changed, added, removed and swapped letters. */
function difference(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return difference(x, y);
  const ways = [difference(x, b), difference(a, y), difference(x, y)];
  if (x !== '' && y !== '' && a[0] === b[1] && a[1] === b[0])
    ways.push(difference(x.slice(1), y.slice(1)));
  return 1 + Math.min(...ways);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });

it('means the first of the words that differ least, in a third of the letters at most', () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (asked, candidates) => {
      const limit = (least: number) => Math.max(least, Math.floor(asked.length / 3));
      const others = candidates.filter((one) => one !== asked);
      const near = others.filter((one) => difference(asked, one) <= limit(1));
      const least = Math.min(...near.map((one) => difference(asked, one)));
      expect(closest(asked, candidates)).toBe(
        near.find((one) => difference(asked, one) === least) ?? null,
      );
      const sure = [...new Set(others.filter((one) => difference(asked, one) <= limit(0)))];
      expect(onlyClose(asked, candidates)).toBe(sure.length === 1 ? sure[0] : null);
    }),
    { numRuns: 1_000 },
  );
});

describe('closest', () => {
  it('chooses among several that are near', () => {
    expect(closest('reviewz', ['reviewers', 'reviews'])).toBe('reviews');
    expect(closest('v3', ['v2'])).toBe('v2');
  });
});

describe('didYouMean', () => {
  it.each([
    ['cli', ['shop/cli', 'default/clip'], ' (Did you mean shop/cli?)'],
    ['echo:v2', ['shop/echo:v1', 'shop/echo:v2'], ' (Did you mean shop/echo:v2?)'],
    ['ecko', ['echo', 'shop/echo'], ' (Did you mean echo?)'],
    ['', ['shop/'], ''],
  ])('of %s', (word, candidates, hint) => {
    expect(didYouMean(word, candidates)).toBe(hint);
  });
});
