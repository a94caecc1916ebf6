/** Edits change what they are about and keep every other byte. */
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/diagnostic/index.ts';
import {
  addItem,
  entryOf,
  insertEntry,
  type ListNode,
  type MapNode,
  moveItem,
  parseYaml,
  replaceScalar,
  type YamlNode,
} from '../../src/yaml/index.ts';

function rootOf(text: string): MapNode {
  const root = parseYaml({ name: 'a.yaml', text })[0]?.root;
  if (root?.kind !== 'map') throw new Error('no map');
  return root;
}

function valueAt(root: MapNode, key: string): YamlNode {
  const value = entryOf(root, key)?.value;
  if (value === undefined) throw new Error(`no ${key}`);
  return value;
}

const listOf = (root: MapNode, key: string): ListNode => {
  const value = valueAt(root, key);
  if (value.kind !== 'list') throw new Error('no list');
  return value;
};

function applied(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.span.start - a.span.start);
  return sorted.reduce(
    (now, { span, text: piece }) => now.slice(0, span.start) + piece + now.slice(span.end),
    text,
  );
}

describe('replaceScalar', () => {
  it.each([
    ['a: old # why\n', 'new', 'a: new # why\n'],
    ["a: 'old'\n", "it's", "a: 'it''s'\n"],
    ['a: "old"\n', 'new', 'a: "new"\n'],
    ['a: old\n', 'yes', 'a: "yes"\n'],
    ['{a: old, b: 1}\n', 'x, y', '{a: "x, y", b: 1}\n'],
  ])('%j with %j', (text, value, expected) => {
    const node = valueAt(rootOf(text), 'a');
    const edit = node.kind === 'scalar' ? replaceScalar(node, value) : null;
    expect(edit && applied(text, [edit])).toBe(expected);
  });
});

describe('insertEntry', () => {
  it.each([
    ['m:\n  name: a\n  labels: {}\n', 'm:\n  name: a\n  namespace: d\n  labels: {}\n'],
    ['m:\n  name: a # why\nspec: {}\n', 'm:\n  name: a # why\n  namespace: d\nspec: {}\n'],
    ['m:\n  name: a', 'm:\n  name: a\n  namespace: d'],
    ['m:\r\n  name: a\r\n', 'm:\r\n  name: a\r\n  namespace: d\r\n'],
    ['m: {name: a}\n', 'm: {name: a, namespace: d}\n'],
    ['m: {name: a, x: 1} # why\n', 'm: {name: a, namespace: d, x: 1} # why\n'],
    ['{"m":{"name":"a"}}', '{"m":{"name":"a", "namespace": "d"}}'],
    ['m:\n  name: >\n    a\n', null],
  ])('%j', (text, expected) => {
    const map = valueAt(rootOf(text), 'm');
    const edit = map.kind === 'map' ? insertEntry(map, 'name', 'namespace', 'd') : null;
    expect(edit && applied(text, [edit])).toBe(expected);
  });
});

describe('addItem', () => {
  it.each([
    ['l:\n- a\n- b # why\nx: 1\n', 'l:\n- a\n- b # why\n- mesh\nx: 1\n'],
    ['l:\n  - a', 'l:\n  - a\n  - mesh'],
    ['l: [a, b] # why\n', 'l: [a, b, mesh] # why\n'],
    ['{"l": ["a"]}', '{"l": ["a", "mesh"]}'],
    ['l: []\n', null],
  ])('%j', (text, expected) => {
    const edit = addItem(listOf(rootOf(text), 'l'), 'mesh');
    expect(edit && applied(text, [edit])).toBe(expected);
  });
});

describe('moveItem', () => {
  const text = 'l:\n- a: 1\n  b: 2 # two\n# about c\n- c: 3\n\n- d: 4\nx: 1\n';

  it.each([
    [1, 0, 'l:\n# about c\n- c: 3\n\n- a: 1\n  b: 2 # two\n- d: 4\nx: 1\n'],
    [0, 2, 'l:\n# about c\n- c: 3\n\n- d: 4\n- a: 1\n  b: 2 # two\nx: 1\n'],
    [2, 0, 'l:\n- d: 4\n- a: 1\n  b: 2 # two\n# about c\n- c: 3\n\nx: 1\n'],
  ])('%i to %i', (from, to, expected) => {
    const edits = moveItem(listOf(rootOf(text), 'l'), from, to);
    expect(edits && applied(text, edits)).toBe(expected);
  });

  it('takes the comments of the first item along, and leaves what stands further out', () => {
    const lines = 'l:\n# the list\n  # about a\n  - a\n  # about b\n  - b\n';
    const moved = 'l:\n# the list\n  # about b\n  - b\n  # about a\n  - a\n';
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const edits = moveItem(listOf(rootOf(lines), 'l'), from, to);
      expect(edits && applied(lines, edits)).toBe(moved);
    }
  });

  it('of the last item of a file without a line break', () => {
    const short = 'l:\n- a\n- b';
    const edits = moveItem(listOf(rootOf(short), 'l'), 1, 0);
    expect(edits && applied(short, edits)).toBe('l:\n- b\n- a\n');
    const down = moveItem(listOf(rootOf(short), 'l'), 0, 1);
    expect(down && applied(short, down)).toBe('l:\n- b\n- a\n');
  });

  it('leaves flow lists and nested dashes alone', () => {
    expect(moveItem(listOf(rootOf('l: [a, b]\n'), 'l'), 1, 0)).toBeNull();
    const nested = listOf(rootOf('l:\n- - a\n  - b\n'), 'l').items[0];
    expect(nested?.kind === 'list' && moveItem(nested, 1, 0)).toBeNull();
  });
});
