/** What a shell may offer, taken from the command tables: shell-neutral. */
import type { Command } from '../command.ts';
import { flagsOf, type OptionSpec } from '../option.ts';

/** flags: short and long. values: the closed list of an option's values; paths: its value is a path. */
export type OptionWords = {
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  readonly values: readonly string[];
  readonly paths: boolean;
  readonly description: string;
};

export type CommandWords = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Its operands are paths, commands, a closed list, or nothing that a shell can offer. */
  readonly operands: 'path' | 'none' | readonly string[];
};

const help: OptionWords = {
  flags: ['-h', '--help'],
  takesValue: false,
  values: [],
  paths: false,
  description: 'show help',
};

/** codes: of rules, and their names. */
export function wordsOf(
  commands: readonly Command[],
  codes: readonly string[],
): readonly CommandWords[] {
  return commands.map((command) => ({
    name: command.name,
    aliases: command.aliases,
    description: command.summary,
    operands: operandsOf(command, commands, codes),
    options: [
      ...Object.values(command.options)
        .filter((option) => option.hidden !== true)
        .map((option) => {
          const { short, long, placeholder } = flagsOf(option);
          return {
            flags: short === null ? [long] : [short, long],
            takesValue: placeholder !== '',
            values: valuesOf(option),
            paths: 'completes' in option && option.completes === 'path',
            description: option.description,
          };
        }),
      help,
    ],
  }));
}

function valuesOf(option: OptionSpec): readonly string[] {
  if (option.kind === 'text') return option.choices ?? [];
  return option.kind === 'texts' ? (option.offers ?? []) : [];
}

function operandsOf(
  command: Command,
  commands: readonly Command[],
  codes: readonly string[],
): CommandWords['operands'] {
  const closed = /^<([\w-]+(?:\|[\w-]+)+)>$/.exec(command.operands);
  if (closed !== null) return (closed[1] ?? '').split('|');
  if (command.completes === 'code') return codes;
  if (command.completes === 'command') return commands.map(({ name }) => name);
  return command.completes === 'path' ? 'path' : 'none';
}
