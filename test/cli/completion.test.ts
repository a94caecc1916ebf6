/** The completion scripts, run by the shells that are installed here. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/commands/registry.ts';
import { bashScript } from '../../src/cli/completion/bash-script.ts';
import { fishScript } from '../../src/cli/completion/fish-script.ts';
import { wordsOf } from '../../src/cli/completion/words.ts';
import { zshScript } from '../../src/cli/completion/zsh-script.ts';
import { findingFormats } from '../../src/report/index.ts';

const words = wordsOf(allCommands(), ['TCM1405', 'subset-hidden']);

/** Standard output of a shell given a script on its standard input; null where the shell is not installed. */
function runShell(shell: string, script: string): string | null {
  const flags: Readonly<Record<string, string[]>> = {
    bash: ['-c', script],
    zsh: ['-f', '-c', script],
    fish: ['--no-config', '-c', script],
  };
  const result = spawnSync(shell, flags[shell] ?? [], { encoding: 'utf8', input: '' });
  if (result.error !== undefined) {
    process.stderr.write(
      `NOT CHECKED: ${shell} is not installed, its completion script was not run\n`,
    );
    return null;
  }
  expect(result.stderr).toBe('');
  return result.stdout;
}

const offered = (line: readonly string[]): readonly string[] => {
  const quoted = line.map((word) => `'${word}'`).join(' ');
  const script = `${bashScript(words)}\nCOMP_WORDS=(${quoted})\nCOMP_CWORD=${line.length - 1}\n_tcpmesh\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
  return (runShell('bash', script) ?? '').split('\n').filter((word) => word !== '');
};

describe('bash', () => {
  it('offers commands', () => {
    expect(offered(['tcpmesh', ''])).toEqual(expect.arrayContaining(words.map(({ name }) => name)));
    expect(offered(['tcpmesh', 'valid'])).toEqual(['validate']);
  });

  it('offers the options of the command, and the closed list of values', () => {
    expect(offered(['tcpmesh', 'validate', '--fai'])).toEqual(['--fail-on']);
    expect(offered(['tcpmesh', 'validate', '--fail-on', 'w'])).toEqual(['warning']);
    expect(offered(['tcpmesh', 'completion', ''])).toEqual(['bash', 'zsh', 'fish']);
    expect(offered(['tcpmesh', 'lint', '--fai'])).toEqual(['--fail-on']);
    expect(offered(['tcpmesh', 'rules', 'TCM'])).toEqual(['TCM1405']);
    expect(offered(['tcpmesh', 'rules', 'sub'])).toEqual(['subset-hidden']);
  });
});

it('offers every format of a report', () => {
  expect(offered(['tcpmesh', 'validate', '-o', ''])).toEqual(findingFormats);
});

describe('every script', () => {
  it('names every command and long option', () => {
    for (const script of [bashScript(words), zshScript(words), fishScript(words)])
      for (const command of words) {
        expect(script).toContain(command.name);
        for (const option of command.options) {
          const long = option.flags.find((flag) => flag.startsWith('--')) ?? '';
          expect(script).toContain(long.slice(2));
        }
      }
  });

  it('is taken by its shell without a word', () => {
    runShell('zsh', `autoload -Uz compinit && compinit -D\n${zshScript(words)}\n`);
    const fish = runShell(
      'fish',
      `${fishScript(words)}\ncomplete -C 'tcpmesh validate --fail-on '\n`,
    );
    if (fish !== null) expect(fish).toContain('warning');
  });
});
