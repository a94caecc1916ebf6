/** Columns inside brackets and quotes mean nothing to Istio's reader. */
import { describe, expect, it } from 'vitest';
import { parseYaml, type YamlNode } from '../../src/yaml/index.ts';

const plain = (node: YamlNode | null): unknown => {
  switch (node?.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
    case 'list':
      return node.items.map(plain);
    default:
      return node?.value ?? null;
  }
};
const read = (text: string): readonly unknown[] =>
  parseYaml({ name: 'odd.yaml', text }).map(({ root, problems }) =>
    problems.length === 0 ? plain(root) : problems.map(({ message }) => message),
  );

it.each([
  ['a:\n  b: {\n  "c": "d"\n  }\ne: f\n', { a: { b: { c: 'd' } }, e: 'f' }],
  ['a: {\n"b": 1,\n"c": {\n"d": [\n2\n]\n}\n}\n', { a: { b: 1, c: { d: [2] } } }],
  ['- [\na\n]\n- b\n', [['a'], 'b']],
  ['a:\n  b: "x\ny"\n  c: \'p\n\n  q\'\nd: e\n', { a: { b: 'x y', c: 'p\nq' }, d: 'e' }],
  ['a: [x,\n# c\nz]\n', { a: ['x', 'z'] }],
])('%j', (text, value) => {
  expect(read(text)).toEqual([value]);
});

it('hundreds of such lines are no deep nesting', () => {
  const keys = Array.from({ length: 400 }, (_, i) => `k${i}`);
  const [value] = read(`a:\n  b: {${keys.map((key) => `${key}: "x\\x41"`).join(',\n ')}}\n`);
  expect(value).toEqual({ a: { b: Object.fromEntries(keys.map((key) => [key, 'xA'])) } });
  const [nested] = read(`a: ${'['.repeat(400)}${']'.repeat(400)}\n`);
  expect(nested).toEqual(['this document is nested deeper than 200 levels']);
});

it('places are those of the file', () => {
  const text = 'a: {\n"b": [\n1, two\n]\n}\n';
  const [document] = parseYaml({ name: 'odd.yaml', text });
  const map = document?.root;
  const b = map?.kind === 'map' ? map.entries[0]?.value : undefined;
  const list = b?.kind === 'map' ? b.entries[0]?.value : undefined;
  const two = list?.kind === 'list' ? list.items[1] : undefined;
  expect(text.slice(two?.start, two?.end)).toBe('two');
});

describe('what is never closed', () => {
  it.each([
    ['a: [x\nb: c\n', ['this [ is never closed']],
    ['a:\n  b: "x\nc: d\n', ['this " is never closed']],
    ['a: {b: [1, 2\nc: d\n', ['this [ is never closed']],
  ])('%j', (text, messages) => {
    expect(read(text)[0]).toEqual(expect.arrayContaining(messages));
  });
});
