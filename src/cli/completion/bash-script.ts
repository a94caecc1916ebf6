/** The completion script for bash (3.2 and later: no associative arrays). */
import type { CommandWords, OptionWords } from './words.ts';

export function bashScript(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# tcpmesh completion for bash; load it with: source <(tcpmesh completion bash)
_tcpmesh() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(commandCase).join('\n')}
    help) COMPREPLY=($(compgen -W "${names}" -- "$current")) ;;
  esac
}
complete -o default -o bashdefault -F _tcpmesh tcpmesh
`;
}

function commandCase(command: CommandWords): string {
  const flags = command.options.flatMap((option) => option.flags).join(' ');
  const values = command.options.filter((option) => option.takesValue);
  const operands =
    typeof command.operands === 'string'
      ? ''
      : `\n      COMPREPLY=($(compgen -W "${command.operands.join(' ')}" -- "$current"))`;
  return `    ${[command.name, ...command.aliases].join('|')})
      case "$previous" in
${values.map(valueCase).join('\n')}
      esac
      case "$current" in
        -*) COMPREPLY=($(compgen -W "${flags}" -- "$current")); return ;;
      esac${operands} ;;`;
}

/** An empty answer leaves paths to bash itself. */
function valueCase(option: OptionWords): string {
  const offer =
    option.values.length === 0
      ? 'return'
      : `COMPREPLY=($(compgen -W "${option.values.join(' ')}" -- "$current")); return`;
  return `        ${option.flags.join('|')}) ${offer} ;;`;
}
