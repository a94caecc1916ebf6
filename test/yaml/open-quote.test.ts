/** A text in quotes that is never closed is never a pass, however the file ends. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseYaml } from '../../src/yaml/index.ts';

const problemsOf = (text: string): readonly string[] =>
  parseYaml({ name: 'open.yaml', text }).flatMap(({ problems, root }) =>
    problems.map(({ message, span }) => `${root === null} ${span.start} ${message}`),
  );

it.each([
  ['a: "say \\"hi\\"', 3, '"'],
  ['a: "\\\\\\"', 3, '"'],
  ["a: 'it''", 3, "'"],
  ["a: '''", 3, "'"],
  ["a: b\nc:\n- 'x\n\n  y''", 10, "'"],
  ['a: "x\\"\n', 3, '"'],
])('%j', (text, at, quote) => {
  expect(problemsOf(text)).toEqual([`true ${at} this ${quote} is never closed`]);
});

it.each([
  'a: "say \\"hi\\""',
  'a: "\\\\"',
  "a: 'it''s'",
  "a: ''''",
  "a: ''",
  'a: ""',
  'a: |\n  "x\\"',
  '|\n"x\\"',
  "|\n'it''",
  'a: x # "y\\"',
])('%j is whole', (text) => {
  expect(problemsOf(text)).toEqual([]);
});

it('without its last character no text in quotes is whole', () => {
  const character = fc.constantFrom('\\\\', '\\"', "'", 'x', ' ', '\n  ');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 8 }), fc.boolean(), (parts, double) => {
      const inner = parts.join('');
      const quoted = double ? `"${inner}"` : `'${inner.replaceAll("'", "''")}'`;
      expect(problemsOf(`a: ${quoted}`)).toEqual([]);
      expect(problemsOf(`a: ${quoted.slice(0, -1)}`).length).toBeGreaterThan(0);
    }),
  );
});
