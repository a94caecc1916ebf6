/** A key that is both merged in and given is told apart from one that is written twice. */
import { expect, it } from 'vitest';
import { parseYaml } from '../../src/yaml/index.ts';

const messages = (text: string) =>
  [...parseYaml({ name: 'a.yaml', text })].flatMap(({ problems }) =>
    problems.map(({ message }) => message),
  );

it.each([
  ['base: &b {k: 1}\nmap:\n  <<: *b\n  k: 2\n', ', once by the merge key <<'],
  ['base: &b {k: 1}\nmap:\n  k: 2\n  <<: *b\n', ', once by the merge key <<'],
  ['map:\n  k: 1\n  k: 2\n', ''],
])('%j', (text, more) => {
  expect(messages(text)).toEqual([`the key "k" is given twice in one map${more}`]);
});
