/** What unquoted scalars are to Istio, whose reader follows YAML 1.1. */
import { describe, expect, it } from 'vitest';
import { resolvePlainScalar } from '../../src/yaml/index.ts';

const cases: readonly (readonly [string, unknown])[] = [
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
  ...['y', 'Yes', 'ON', 'true', 'TRUE'].map((text) => [text, true] as const),
  ...['n', 'No', 'off', 'False'].map((text) => [text, false] as const),
  ...['yES', 'tRUE', 'nULL', 'oN', 'nope'].map((text) => [text, text] as const),
  ['0', 0],
  ['-0', -0],
  ['7000', 7000],
  ['+7', 7],
  ['-7', -7],
  ['010', 8],
  ['-010', -8],
  ['08', 8],
  ['0o10', 8],
  ['0x1B58', 7000],
  ['-0xf', -15],
  ['0b101', 5],
  ['1_000', 1000],
  ['1_0.5', 10.5],
  ['7e3', 7000],
  ['7000.0', 7000],
  ['.5', 0.5],
  ['5.', 5],
  ['-1.5e-1', -0.15],
  ['18446744073709551615', 2 ** 64],
  ['99999999999999999999', 1e20],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.Inf', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
  // Beyond what a number can hold.
  ['1e999', '1e999'],
  ['9'.repeat(400), '9'.repeat(400)],
  [`0x${'f'.repeat(20)}`, `0x${'f'.repeat(20)}`],
  // Nearly numbers.
  ...[
    '10.0.0.1',
    '10.0.0.0/16',
    '1.2.3',
    '12:30',
    '2024-01-01',
    '0x',
    '0xg',
    '0b2',
    '-',
    '+',
    '.',
    '-a',
    '1a',
    'v1',
    '1 2',
    '.e1',
    '0o8',
  ].map((text) => [text, text] as const),
];

describe('a plain scalar', () => {
  it.each(cases)('%j is %j', (text, expected) =>
    expect(resolvePlainScalar(text)).toEqual(expected === 0 ? expect.closeTo(0) : expected),
  );
});
