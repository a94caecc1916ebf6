/** What `tcpmesh version` can be told. */
import { text } from '../option.ts';

export const versionOptions = {
  output: text('-o, --output <format>', 'text or json', {
    choices: ['text', 'json'],
    fallback: 'text',
  }),
};
