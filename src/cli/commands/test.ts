/** `tcpmesh test`: do connections go where test files say they go? */
import { defineCommand } from '../command.ts';
import { colorOption, inputOptions } from '../input-options.ts';
import { flag, number, text } from '../option.ts';

export const testOptions = {
  output: text('-o, --output <format>', 'text, json, tap or junit', {
    choices: ['text', 'json', 'tap', 'junit'],
    fallback: 'text',
  }),
  coverage: flag('--coverage', 'say which rules, matches and destinations no connection reached'),
  failUnder: number('--fail-under <percent>', 'exit code 1 when less than this is covered'),
  init: flag('--init', 'write a first test file for the mesh in these files to standard output'),
  strict: flag('--strict', 'exit code 2 when a document of the configuration is refused'),
  filename: inputOptions.filename,
  namespace: inputOptions.namespace,
  color: colorOption,
};

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
