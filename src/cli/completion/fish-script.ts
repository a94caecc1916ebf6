/** The completion script for fish. */
import type { CommandWords, OptionWords } from './words.ts';

export function fishScript(commands: readonly CommandWords[]): string {
  const lines = [
    '# tcpmesh completion for fish',
    'complete -c tcpmesh -f',
    ...commands.map(
      ({ name, description }) =>
        `complete -c tcpmesh -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ),
    ...commands.flatMap(commandLines),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: CommandWords): string[] {
  const here = `complete -c tcpmesh -n ${quote(`__fish_seen_subcommand_from ${[command.name, ...command.aliases].join(' ')}`)}`;
  const operands =
    command.operands === 'path'
      ? [`${here} -F`]
      : command.operands === 'none'
        ? []
        : [`${here} -a ${quote(command.operands.join(' '))}`];
  return [...operands, ...command.options.map((option) => `${here} ${optionWords(option)}`)];
}

function optionWords(option: OptionWords): string {
  const flags = option.flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = !option.takesValue
    ? []
    : option.values.length > 0
      ? ['-x', '-a', quote(option.values.join(' '))]
      : option.paths
        ? ['-r', '-F']
        : ['-x'];
  return [...flags, ...value, '-d', quote(option.description)].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
