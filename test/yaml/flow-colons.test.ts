/** Colons and question marks in flow collections: as Istio's reader has them, and as files of tcpmesh's own may. */
import { describe, expect, it } from 'vitest';
import { parseOwnYaml, parseYaml, type YamlNode } from '../../src/yaml/index.ts';

function plain(node: YamlNode | null): unknown {
  if (node === null) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

const read = (text: string, parse = parseYaml): unknown => {
  const [document] = parse({ name: 'a.yaml', text });
  return plain(document?.root ?? null);
};

describe('a colon before a bracket or comma', () => {
  it.each<[string, unknown]>([
    ['a: [fd00::]', { a: ['fd00::'] }],
    ['a: [fd00::, b]', { a: ['fd00::', 'b'] }],
    ['a: [b, fd00::, ]', { a: ['b', 'fd00::'] }],
    ['a: {b: fd00::, c: d}', { a: { b: 'fd00::', c: 'd' } }],
    ['a: {b:, c: d}', { a: { 'b:': null, c: 'd' } }],
    ['a: {"b":1, c: d}', { a: { b: 1, c: 'd' } }],
    ['a: [b: c]', { a: [{ b: 'c' }] }],
    ['a: [[fd00::], {b: c::}]', { a: [['fd00::'], { b: 'c::' }] }],
  ])('%s', (text, expected) => {
    expect(read(`${text}\n`)).toEqual(expected);
    expect(read(`${text}\n`, parseOwnYaml)).toEqual(expected);
  });
});

describe('what wants quotes for Istio alone', () => {
  it.each<[string, unknown]>([
    ['a: {ip: ::1, port: 7}', { a: { ip: '::1', port: 7 } }],
    ['a: [:80]', { a: [':80'] }],
    ['a: [what?]', { a: ['what?'] }],
  ])('%s', (text, expected) => {
    const [document] = parseYaml({ name: 'a.yaml', text: `${text}\n` });
    expect(document?.root).toBeNull();
    expect(document?.problems.map(({ kind }) => kind)).toEqual(['syntax']);
    expect(read(`${text}\n`, parseOwnYaml)).toEqual(expected);
  });
});
