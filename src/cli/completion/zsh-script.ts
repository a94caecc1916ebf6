/** The completion script for zsh, by _arguments. */
import type { CommandWords, OptionWords } from './words.ts';

export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef tcpmesh
_tcpmesh() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _tcpmesh ]; then _tcpmesh "$@"; else compdef _tcpmesh tcpmesh; fi
`;
}

function commandCase(command: CommandWords): string {
  const operands =
    command.operands === 'path'
      ? ["'*:path:_files'"]
      : command.operands === 'none'
        ? []
        : [quote(`*:value:(${command.operands.join(' ')})`)];
  const lines = [...command.options.map(optionLine), ...operands];
  return `    ${[command.name, ...command.aliases].join('|')}) _arguments -s ${lines.map((line) => `\\\n      ${line}`).join(' ')} ;;`;
}

function optionLine(option: OptionWords): string {
  const { flags } = option;
  const value = !option.takesValue
    ? ''
    : option.values.length > 0
      ? `:value:(${option.values.join(' ')})`
      : option.paths
        ? ':path:_files'
        : ':value: ';
  const description = `[${option.description.replace(/[[\]:]/g, ' ')}]`;
  if (flags.length === 1) return quote(`*${flags[0]}${description}${value}`);
  return `'*'{${flags.join(',')}}${quote(description + value)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
