/** Lists and numbers in sentences. */
import { expect, it } from 'vitest';
import { agree, anyOf, count, listed } from '../../src/text/index.ts';

it.each([
  [[], '', ''],
  [['a'], 'a', 'a'],
  [['a', 'b'], 'a and b', 'a or b'],
  [['a', 'b', 'c'], 'a, b and c', 'a, b or c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more', 'a, b, c or 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more', 'a, b, c or one of 2 more'],
])('%j', (items, all, any) => {
  expect(listed(items)).toBe(all);
  expect(anyOf(items)).toBe(any);
});

it('goes with the number', () => {
  expect([0, 1, 2].map((n) => `${count(n, 'pod')} ${agree(n, 'is', 'are')}`)).toEqual([
    '0 pods are',
    '1 pod is',
    '2 pods are',
  ]);
});
