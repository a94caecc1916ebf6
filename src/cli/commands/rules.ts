/** `tcpmesh rules`: what validate can find, and what each of it means. */
import { defineCommand } from '../command.ts';
import { rulesOptions } from '../options/rules.ts';

export const rules = defineCommand({
  name: 'rules',
  summary: 'list the rules, or explain one',
  description:
    'List every rule that validate knows, and that of test files, or explain those that are named, by code or by name: what they find, why it matters, what to do, and what Istio says of it.',
  operands: '[code...]',
  completes: 'code',
  examples: [
    { line: 'tcpmesh rules', does: 'all of them, a line each' },
    { line: 'tcpmesh rules IST0101', does: 'those that carry this code' },
  ],
  options: rulesOptions,
  load: () => import('../rules/print-rules.ts'),
});
