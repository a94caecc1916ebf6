/** The package drops such a list in silence; a document of which something was not read is never a pass. */
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/yaml/index.ts';

const problemsOf = (text: string) =>
  parseYaml({ name: 'a.yaml', text }).flatMap(({ root, problems }) =>
    problems.map(({ kind, span }) => ({ kind, at: span.start, read: root !== null })),
  );

describe('a list under an explicit key without colon', () => {
  it.each([
    ['? k\n- s\n', 4],
    ['- ? k\n  - s\n', 8],
    ["a:\n  ? '' # match:\n  - s: x\n  r: 1\n", 21],
    ['a: 1\n? k\n\n# c\n- s\nb: 2\n', 14],
    ['a:\n- b:\n    ? k\n    - s\n', 20],
  ])('is a mistake: %j', (text, at) => {
    expect(problemsOf(text)).toEqual([{ kind: 'syntax', at, read: false }]);
  });

  it.each(['? k\n: - s\n', '? k\n:\n- s\n', 'a: is it ?\nb:\n- c\n', '? k\nr: 1\n'])(
    'is none with it, or without a list: %j',
    (text) => {
      expect(problemsOf(text)).toEqual([]);
    },
  );
});
