/** What `tcpmesh rules` can be told. */
import { colorOption } from '../input-options.ts';
import { text } from '../option.ts';

export const rulesOptions = {
  output: text('-o, --output <format>', 'text or json', {
    choices: ['text', 'json'],
    fallback: 'text',
  }),
  color: colorOption,
};
