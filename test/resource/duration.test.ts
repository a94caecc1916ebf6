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
  ['5.s', 5000],
  ['999999999999ms', 999_999_999_999],
  ['0.001999999999999s', 1.999999],
  ['0.9999999999999999999m', 59_999.999999],
  ['9223372036854775807ns', 9_223_372_036_854.775],
  ['-9223372036854775808ns', -9_223_372_036_854.775],
])('%s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each([
  '',
  '1',
  's',
  '.s',
  '1 s',
  '1d',
  '+',
  '9223372036854775808ns',
  '2562048h',
  '2000\u00c2\u00b5s',
])('%j is none', (text) => {
  expect(parseDuration(text)).toBeNull();
});
