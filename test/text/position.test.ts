/** Offsets to lines and columns and back. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closest, lineIndexOf, positionOf } from '../../src/text/index.ts';

it('finds the line and column of any offset', () => {
  const line = fc.string({ maxLength: 6 }).map((text) => text.replace(/\n/g, ''));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(60), (lines, at) => {
      const text = lines.join('\n');
      const offset = Math.min(at, text.length);
      const before = text.slice(0, offset).split('\n');
      const position = positionOf({ source: { name: 'x', text }, start: offset, end: offset });
      return (
        position.line === before.length && position.column === (before.at(-1)?.length ?? 0) + 1
      );
    }),
  );
});

it('gives a line without its break', () => {
  const index = lineIndexOf({ name: 'x', text: 'one\r\ntwo\n' });
  expect([index.line(1), index.line(2), index.line(3), index.line(4)]).toEqual([
    'one',
    'two',
    '',
    '',
  ]);
});

it('suggests the nearest word, and nothing for a stranger', () => {
  const fields = ['match', 'route', 'destinationSubnets', 'sourceLabels'];
  expect(closest('matches', fields)).toBe('match');
  expect(closest('rotue', fields)).toBe('route');
  expect(closest('destinationsubnets', fields)).toBe('destinationSubnets');
  expect(closest('weight', fields)).toBeNull();
});
