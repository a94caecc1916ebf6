/** Trees of large inputs are forgotten and read again: whoever asks finds the same. */
import { expect, it } from 'vitest';
import { decodeSources, pathAt, spanAt } from '../../src/resource/index.ts';
import { parseYaml, type YamlNode } from '../../src/yaml/index.ts';

const documents = 1000;
const text = Array.from(
  { length: documents },
  (_, i) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: "echo-${i}", namespace: team-${i % 7}}
spec:
  hosts:
  - echo-${i} # its own
  tcp:
  - match: [{port: ${1000 + i}, 'sourceNamespace': team}]
    route:
    - destination: {host: echo-${i}}
`,
).join('---\n');
const source = { name: 'many.yaml', text };

function written(node: YamlNode | null): unknown {
  if (node === null || node.kind === 'scalar') return node && [node.start, node.end, node.value];
  const children =
    node.kind === 'list'
      ? node.items.map(written)
      : node.entries.map(({ key, keyNode, value }) => [key, written(keyNode), written(value)]);
  return [node.kind, node.start, node.end, children];
}

it('keeps no more than the last trees, and reads an older one again', () => {
  const [first, second] = parseYaml({ name: 'two.yaml', text: 'a: 1\n---\nb: 2\n' });
  expect(first?.root).toBe(first?.root);
  expect(second?.root).not.toBeNull();
  const before = first?.root;
  const many = parseYaml(source);
  expect(many).toHaveLength(documents);
  expect(first?.root).not.toBe(before);
  expect(written(first?.root ?? null)).toEqual(written(before ?? null));
});

it('finds the places of values whose tree was forgotten', () => {
  const { resources } = decodeSources([source], { defaultNamespace: 'default' });
  expect(resources).toHaveLength(documents);
  for (const [i, resource] of resources.entries()) {
    if (resource.kind !== 'VirtualService') throw new Error(resource.kind);
    const match = resource.spec.tcp?.[0]?.match?.[0];
    if (match === undefined) throw new Error(`no match in ${i}`);
    expect(pathAt(match, 'port')).toBe('spec.tcp[0].match[0].port');
    const { start, end } = spanAt(match, 'port');
    expect(text.slice(start, end)).toBe(String(1000 + i));
  }
});

it('finds the objects of a List again', () => {
  const item = (i: number) => `- {apiVersion: v1, kind: Namespace, metadata: {name: n${i}}}\n`;
  const list = `apiVersion: v1\nkind: List\nitems:\n${item(0)}${item(1)}`;
  const { resources } = decodeSources([{ name: 'list.yaml', text: list }, source], {
    defaultNamespace: 'default',
  });
  const names = resources.slice(0, 2).map(({ metadata }) => {
    const { start, end } = spanAt(metadata, 'name');
    return list.slice(start, end);
  });
  expect(names).toEqual(['n0', 'n1']);
});

it('keeps what is asked for again and again: large documents asked in turn are not read at each question', () => {
  const items = '- {apiVersion: v1, kind: Namespace, metadata: {name: of-a-team}}\n'.repeat(3000);
  const lists = ['one.yaml', 'two.yaml'].flatMap((name) =>
    parseYaml({ name, text: `apiVersion: v1\nkind: List\nitems:\n${items}` }),
  );
  const ask = () => lists.map(({ root }) => root);
  for (let i = 0; i < 3; i++) ask();
  const trees = ask();
  expect(trees).toHaveLength(2);
  for (const [i, tree] of ask().entries()) expect(tree).toBe(trees[i]);
});
