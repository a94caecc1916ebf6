/** What `tcpmesh validate` can be told. */
import { colorOption, inputOptions, runningMeshOption } from '../input-options.ts';
import { flag, number, text, texts } from '../option.ts';

export const validateOptions = {
  ...inputOptions,
  mesh: runningMeshOption,
  output: texts(
    '-o, --output <format>',
    'text, concise, json, yaml, sarif, github, junit or markdown; FORMAT=FILE writes a file; may be repeated',
    { offers: ['text', 'concise', 'json', 'yaml', 'sarif', 'github', 'junit', 'markdown'] },
  ),
  failOn: text('--fail-on <severity>', 'exit code 1 from this gravity on (default: "error")', {
    choices: ['error', 'warning', 'info', 'never'],
  }),
  maxWarnings: number('--max-warnings <count>', 'exit code 1 for more warnings than this'),
  refs: text(
    '--refs <judgement>',
    'a name that nothing here defines is missing: auto (if objects of its kind are here), require, ignore (default: "auto")',
    { choices: ['auto', 'require', 'ignore'] },
  ),
  mode: text('--mode <mode>', 'how the mesh runs (default: "sidecar")', {
    choices: ['sidecar', 'ambient'],
  }),
  ambientProfile: text(
    '--ambient-profile <profile>',
    'whose ambient mode: istio, or asm as Alibaba documents it (default: "istio")',
    { choices: ['istio', 'asm'] },
  ),
  clusterDomain: text('--cluster-domain <domain>', 'of Service names (default: "cluster.local")'),
  fix: flag('--fix', 'mend what can be mended safely, comments and layout kept'),
  unsafe: flag('--unsafe', 'with --fix: also write the one name that is near an unknown one'),
  dryRun: flag('--dry-run', 'with --fix: show a diff, change nothing'),
  baseline: text('--baseline <file>', 'leave out the findings that this file knows', {
    completes: 'path',
  }),
  writeBaseline: flag('--write-baseline', 'write the findings of now to the baseline'),
  watch: flag('-w, --watch', 'validate again at each change'),
  quiet: flag('-q, --quiet', 'show errors and what else fails (--fail-on), and no more'),
  color: colorOption,
};
