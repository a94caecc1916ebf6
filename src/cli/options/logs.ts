/** What `tcpmesh logs` can be told. */
import { flag, number, text } from '../option.ts';
import { meshOption, namespaceOption } from '../verbs/verb-options.ts';

export const logsOptions = {
  namespace: namespaceOption,
  container: text('-c, --container <name>', 'of a Pod with several'),
  follow: flag('-f, --follow', 'go on with new lines'),
  tail: number('--tail <count>', 'so many of the last lines'),
  mesh: meshOption,
};
