/** Written YAML is read back as the same value, by Istio's rules and by YAML 1.2's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type PlainValue,
  parseYaml,
  writeFlowYaml,
  writeYaml,
  type YamlNode,
} from '../../src/yaml/index.ts';

function plainOf(node: YamlNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
  }
}

function readBack(text: string): PlainValue {
  const [document] = parseYaml({ name: 'x', text });
  expect(document?.problems).toEqual([]);
  return document?.root == null ? null : plainOf(document.root);
}

const word = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('y', 'on', '010', '1_0', '1e3', '0x1', '12:30', '10.96.20.1:80', '-', '- a'),
  fc.constantFrom('a: b', 'a #b', '#', '*a', '&a', '!a', '%a', '@a', '`', '~', 'null', '', ' a'),
  fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-01', '.', '...', '---', '\u2028', '<<', '='),
);
const { value } = fc.letrec<{ value: PlainValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      word.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

describe('writeYaml', () => {
  it.each([
    ['block', writeYaml],
    ['flow', writeFlowYaml],
  ] as const)('in %s style is read back', (_, write) => {
    fc.assert(
      fc.property(value, (given) => {
        const text = write(given);
        expect(readBack(text)).toEqual(given);
        expect(parse(text, { schema: 'core', logLevel: 'silent' })).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('writes as people do', () => {
    expect(
      writeYaml({ config: ['mesh.yaml'], to: { host: 'a.b', port: 7, ip: undefined }, none: [] }),
    ).toBe('config:\n- mesh.yaml\nto:\n  host: a.b\n  port: 7\nnone: []\n');
    expect(writeFlowYaml({ app: 'x', on: 'y', ip: '10.0.0.1:80' })).toBe(
      '{app: x, "on": "y", ip: "10.0.0.1:80"}',
    );
  });
});
