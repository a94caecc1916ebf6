/** What a misspelt word may have meant: the nearest for a hint, only a word without rival for a change. */
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
