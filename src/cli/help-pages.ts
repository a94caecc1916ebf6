/** Every help page as text, keyed by command (`` for the program's own): the build stores them, so that help loads nothing. */
import { commandHelp, programHelp } from './commander-program.ts';
import { allCommands } from './commands/registry.ts';

export function helpPages(): ReadonlyMap<string, string> {
  const commands = allCommands();
  const pages = new Map([['', programHelp(commands)]]);
  for (const command of commands) {
    const page = commandHelp(commands, command);
    for (const name of [command.name, ...command.aliases]) pages.set(name, page);
  }
  return pages;
}
