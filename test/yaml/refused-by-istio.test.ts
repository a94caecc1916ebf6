/** Text that YAML 1.2 has and Istio's reader refuses, or the other way round: recorded verdicts of `istioctl validate`. */
import { describe, expect, it } from 'vitest';
import { parseOwnYaml, parseYaml } from '../../src/yaml/index.ts';

const problemsOf = (text: string, parse = parseYaml): readonly string[] =>
  parse({ name: 'a.yaml', text }).flatMap(({ problems }) =>
    problems.map(({ message, span }) => `${text.slice(span.start, span.end)}: ${message}`),
  );

const notOnOneLine =
  "inside [ ] and { } Istio's reader takes a key only on one line with its colon";
const anchor = "the name of an anchor takes letters, digits, - and _ alone in Istio's reader";
const half = 'this escape is not a whole character';

describe('what Istio refuses and YAML takes', () => {
  it.each([
    ['a: "b\\/c"', '\\/', "Istio's reader does not know the escape \\/"],
    ['a: "b\\ud83d\\ude00"', '\\ud83d', half],
    ['a: "b\\U00110000"', '\\U00110000', half],
    ['"a\\/": b', '\\/', "Istio's reader does not know the escape \\/"],
    ["a: &b'c'", "&b'c'", anchor],
    ['a: {&b: c}', '&b:', anchor],
    ['a: {b\n : c}', 'b', notOnOneLine],
    ['a: {b\n  c: d}', 'b\n  c', notOnOneLine],
    ['a: {"b" # e\n  : d}', '"b"', notOnOneLine],
  ])('%j', (text, at, message) => {
    expect(problemsOf(`${text}\n`)).toEqual([`${at}: ${message}`]);
  });

  it.each(['a: {b? c: d}', 'a: {:b: c}'])('%j wants quotes', (text) => {
    expect(problemsOf(`${text}\n`)).toHaveLength(1);
  });

  it.each(['\ufffe', '\uffff'])('the character %j, without others that are odd', (character) => {
    expect(problemsOf(`a: b${character}\n`)).toHaveLength(1);
  });

  it.each(['a: "b\\/c"', "a: &b'c'", 'a: {b\n : c}', 'a: {b? c: d}'])(
    'a file that only tcpmesh reads may have %j',
    (text) => {
      expect(problemsOf(`${text}\n`, parseOwnYaml)).toEqual([]);
    },
  );
});

describe('what Istio takes', () => {
  it.each([
    'a: "b\\\\/c\\u00e9\\U0001F600"',
    'a: "b\\\\ud83d"',
    "a: 'b\\/c'",
    'a: b\\/c',
    'a: &b-1_C d',
    'a: {? b\n  : c}',
    'a: {? # d\n  b\n  : c}',
    'a: {b:\n  c}',
    'a: {b\n  c}',
    'a: {b, c: d}',
    'a: "b"#c',
    "a: 'b'#c",
    'a: {b: c}#d',
    'a: [b,# c\n  d]',
    "a: {b: 'c',# d\ne: f}",
  ])('%j', (text) => {
    expect(problemsOf(`${text}\n`)).toEqual([]);
  });
});
