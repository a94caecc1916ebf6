import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/cli/shell-word.ts';

it.each(['mesh-2', "it's my mesh", '$HOME `x` "y" \\', 'a;b', '*', ''])(
  'a shell reads %j as one word',
  (word) => {
    const line = `printf %s: ${shellWord(word)}`;
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(`${word}:`);
  },
);
