/** Durations as Go reads them. */
import { expect, it } from 'vitest';
import { parseDuration } from '../../src/resource/index.ts';

it.each([
  ['0', 0],
  ['1m30s', 90_000],
  ['-.5s', -500],
  ['2000us', 2],
  ['2000\u00b5s', 2],
  ['2000\u03bcs', 2],
  ['1.5h', 5_400_000],
])('%s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(['', '1', 's', '1 s', '1d', '+', '2000\u00c2\u00b5s'])('%j is none', (text) => {
  expect(parseDuration(text)).toBeNull();
});
