/** Prints the completion script of the shell that was asked for. */
import { closest } from '../../text/index.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import type { completionOptions } from '../options/completion.ts';
import { allRules } from '../rule-list.ts';
import { bashScript } from './bash-script.ts';
import { fishScript } from './fish-script.ts';
import { wordsOf } from './words.ts';
import { zshScript } from './zsh-script.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export async function run({
  world,
  program,
  operands,
}: Invocation<typeof completionOptions>): Promise<ExitCode> {
  const [shell] = operands;
  if (shell === undefined || operands.length > 1)
    throw new CannotDo('completion: name one shell', 'Write tcpmesh completion bash, zsh or fish.');
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    const meant = closest(shell, Object.keys(scripts));
    throw new CannotDo(
      `completion: no script for '${shell}'${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
      'There are scripts for bash, zsh and fish.',
    );
  }
  const codes = [...new Set(allRules().flatMap(({ code, name }) => [code, name]))];
  world.stdout.write(scripts[shell](wordsOf(program.commands(), codes)));
  return 0;
}
