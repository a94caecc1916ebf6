/** `tcpmesh test`: do connections go where test files say they go? */
import { defineCommand } from '../command.ts';
import { testOptions } from '../options/test.ts';

export const test = defineCommand({
  name: 'test',
  summary: 'check that connections go where test files say they go',
  description:
    'Run the connections of *.mesh-test.yaml files (in folders: all below) against the configuration that each names, and compare outcome, rule, destinations and endpoints with what is expected. Without a path: all below the current folder.',
  operands: '[path...]',
  completes: 'path',
  examples: [
    { line: 'tcpmesh test', does: 'every test file below this folder' },
    { line: 'tcpmesh test --coverage --fail-under 80', does: 'fails when rules go untested' },
    {
      line: 'tcpmesh test --init k8s/ > routes.mesh-test.yaml',
      does: 'a first test file: what k8s does now',
    },
  ],
  options: testOptions,
  load: () => import('../test/run-test.ts'),
});
