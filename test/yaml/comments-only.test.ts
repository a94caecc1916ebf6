/** Documents that say nothing are told without the full parser, and as it tells them. */
import { describe, expect, it } from 'vitest';
import { parseFully } from '../../src/yaml/full-parser.ts';
import { parseYaml } from '../../src/yaml/index.ts';

describe('a document of comments and blanks', () => {
  it.each([
    '',
    '\n',
    '# a',
    '# a\n\n  # b\n',
    '---\n',
    '--- # a\n# b\r\n',
    '---',
    '  \t\n',
    '---\n\n---\n# b\n',
  ])('%j has no root and no problem', (text) => {
    for (const { root, problems } of parseYaml({ name: 'a.yaml', text })) {
      expect(root).toBeNull();
      expect(problems).toEqual([]);
    }
  });

  it.each(['---#a\n', '# a\nb', '-', '--\n', '\t- a', '# a\n...\n%X'])(
    '%j is left to the parsers',
    (text) => {
      const source = { name: 'a.yaml', text };
      const whole = [parseFully({ source, start: 0, end: text.length })];
      const said = (documents: ReturnType<typeof parseYaml>): unknown =>
        documents.map(({ root, problems }) => [root === null, problems.length]);
      expect(said(parseYaml(source))).toEqual(said(whole));
    },
  );
});
