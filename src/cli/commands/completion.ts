/** `tcpmesh completion`: a script that teaches a shell the commands and their options. */
import { defineCommand } from '../command.ts';
import { completionOptions } from '../options/completion.ts';

export const completion = defineCommand({
  name: 'completion',
  summary: 'print a completion script for bash, zsh or fish',
  description:
    'Print a script that completes commands, options, their values and paths. It is made from the same tables as the help.',
  operands: '<bash|zsh|fish>',
  examples: [
    { line: 'source <(tcpmesh completion bash)', does: 'for this bash session' },
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's, not ours
      line: 'tcpmesh completion zsh > "${fpath[1]}/_tcpmesh"',
      does: 'for zsh, from the next session on',
    },
    {
      line: 'tcpmesh completion fish > ~/.config/fish/completions/tcpmesh.fish',
      does: 'for fish',
    },
  ],
  options: completionOptions,
  load: () => import('../completion/print-completion.ts'),
});
