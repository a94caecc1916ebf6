/** What `tcpmesh test` can be told. */
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
