/** What `tcpmesh exec` can be told. */
import { flag, text } from '../option.ts';
import { meshOption, namespaceOption } from '../verbs/verb-options.ts';

export const execOptions = {
  namespace: namespaceOption,
  container: text('-c, --container <name>', 'of a Pod with several'),
  stdin: flag('-i, --stdin', 'pass standard input on'),
  tty: flag('-t, --tty', 'be a terminal'),
  mesh: meshOption,
};
