/** `tcpmesh validate`: what is wrong in these files. */
import { defineCommand } from '../command.ts';
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
  quiet: flag('-q, --quiet', 'show errors only'),
  color: colorOption,
};

export const validate = defineCommand({
  name: 'validate',
  aliases: ['lint'],
  summary: 'find what is wrong in Istio YAML, with its place and what to do',
  description:
    'Check VirtualServices, DestinationRules, Gateways and what they refer to: what Istio would refuse, what it would take and ignore, and what would not do what it says. Without a path: what .tcpmesh.yaml names, else the YAML of this folder.',
  operands: '[path...]',
  completes: 'path',
  examples: [
    { line: 'tcpmesh validate k8s/', does: 'every YAML file below k8s' },
    { line: 'helm template . | tcpmesh validate -', does: 'what a chart makes' },
    { line: 'tcpmesh validate -o sarif=out.sarif -o text .', does: 'two reports of one run' },
  ],
  options: validateOptions,
  load: () => import('../validate/run-validate.ts'),
});
