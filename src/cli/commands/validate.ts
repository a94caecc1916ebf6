/** `tcpmesh validate`: what is wrong in these files. */
import { defineCommand } from '../command.ts';
import { validateOptions } from '../options/validate.ts';

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
