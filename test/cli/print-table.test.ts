/** Tables that come bit by bit, as `get --watch` prints them. */
import { expect, it } from 'vitest';
import { columnPrinter, printColumns } from '../../src/cli/verbs/print-table.ts';

it('keeps the columns where they were, or further to the right', () => {
  const print = columnPrinter();
  expect(
    print([
      ['NAME', 'STATUS', 'AGE'],
      ['a', 'Running', '3s'],
    ]),
  ).toBe('NAME   STATUS    AGE\na      Running   3s\n');
  expect(print([['b', 'Done', '4s']])).toBe('b      Done      4s\n');
  expect(print([['longer', 'Done', '4s']])).toBe('longer   Done      4s\n');
  expect(print([['c', 'Done', '4s']])).toBe('c        Done      4s\n');
  expect(printColumns([['c', 'Done', '4s']])).toBe('c   Done   4s\n');
});
