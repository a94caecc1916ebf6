/** A line that is indented too deep is named itself, not the line before it, which the parser stumbles over. */
import { expect, it } from 'vitest';
import { parseYaml } from '../../src/yaml/index.ts';

const problems = (text: string) =>
  [...parseYaml({ name: 'a.yaml', text })].flatMap((document) =>
    document.problems.map(({ message, span }) => `${text.slice(span.start, span.end)}: ${message}`),
  );
const deep = 'this line is indented deeper than the one before it, which has a value already';

it.each([
  ['metadata:\n  name: x\n   namespace: y\n', 'namespace'],
  ['metadata:\r\n  name: x\r\n\r\n   namespace: y\r\n', 'namespace'],
  ['ports:\n- name: x\n    port: 3\n', 'port'],
  ['a: 1\n  b:\n    c: 2\n', 'b'],
])('%j', (text, key) => {
  expect(problems(text)).toEqual([`${key}: ${deep}`]);
});

it.each(['a: b: c\n', 'a: "x"\n b: c: d\n', 'a:\n  b\n  c: d\n'])('not so %j', (text) => {
  expect(problems(text).join()).not.toContain(deep);
});
