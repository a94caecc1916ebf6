/** The same option tables as a commander program: help, and the words for what is wrong with arguments. */
import {
  Command as CommanderCommand,
  CommanderError,
  InvalidArgumentError,
  Option,
} from 'commander';
import { version } from './build-version.ts';
import type { Command } from './command.ts';
import type { OptionSpec } from './option.ts';
import { isWhole, type ReadArguments } from './read-arguments.ts';

/** Help has one width, so that what the build stores is what every terminal shows. */
const helpWidth = 100;

/** `tcpmesh --help`. */
export function programHelp(commands: readonly Command[]): string {
  return program(commands).helpInformation();
}

/** `tcpmesh COMMAND --help`. */
export function commandHelp(commands: readonly Command[], command: Command): string {
  const found = program(commands).commands.find((c) => c.name() === command.name);
  return `${found?.helpInformation() ?? ''}${examplesOf(command)}`;
}

/** Reads the arguments of one command: what they say, the help that they ask for, or what is wrong with them. */
export function parseByCommander(
  command: Command,
  args: readonly string[],
): ReadArguments | 'help' | { readonly wrong: string } {
  const made = commanderOf(command);
  try {
    made.parse([...args], { from: 'user' });
    return { options: defaulted(command, made.opts()), operands: made.args };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return 'help';
    return { wrong: plain(error.message) };
  }
}

function program(commands: readonly Command[]): CommanderCommand {
  const root = new CommanderCommand('tcpmesh')
    .description('Validate, explain and run Istio TCP routing on this computer, with no cluster.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help, of a command too')
    .helpCommand('help [command]', 'show help, of a command too')
    .configureHelp({ helpWidth, subcommandTerm: (command) => command.name() })
    .usage('COMMAND [options]');
  for (const command of commands) root.addCommand(commanderOf(command));
  return root;
}

function commanderOf(command: Command): CommanderCommand {
  const made = new CommanderCommand(command.name)
    .summary(command.summary)
    .description(command.description)
    .usage(['[options]', command.operands].join(' ').trim())
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ helpWidth })
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .exitOverride()
    .allowExcessArguments(true);
  // Operands are the command's own to judge: `[operands...]` takes them all.
  if (command.operands !== '')
    made.argument('[operands...]').configureHelp({ helpWidth, visibleArguments: () => [] });
  if (command.aliases.length > 0) made.aliases(command.aliases);
  for (const spec of Object.values(command.options)) made.addOption(optionOf(spec));
  return made;
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.hidden === true) option.hideHelp();
  switch (spec.kind) {
    case 'flag':
      return option;
    case 'texts':
      return option.argParser((value: string, before: unknown) =>
        Array.isArray(before) ? [...before, value] : [value],
      );
    case 'number':
      if (spec.fallback !== undefined) option.default(spec.fallback);
      return option.argParser((value: string) => {
        if (!isWhole(value)) throw new InvalidArgumentError('A whole number belongs here.');
        return Number(value);
      });
    case 'text':
      if (spec.fallback !== undefined) option.default(spec.fallback);
      return spec.choices === undefined ? option : option.choices(spec.choices);
  }
}

/** commander leaves absent flags and lists undefined. */
function defaulted(
  command: Command,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(command.options)) {
    options[name] =
      values[name] ?? (spec.kind === 'flag' ? false : spec.kind === 'texts' ? [] : undefined);
  }
  return options;
}

function examplesOf(command: Command): string {
  if (command.examples.length === 0) return '';
  const width = Math.max(...command.examples.map(({ line }) => line.length));
  const lines = command.examples.map(({ line, does }) => `  ${line.padEnd(width)}   ${does}`);
  return `\nExamples:\n${lines.join('\n')}\n`;
}

/** One line, without commander's own `error:`. */
function plain(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
