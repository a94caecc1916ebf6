/** What `tcpmesh get` can be told. */
import { flag, text } from '../option.ts';
import {
  allNamespacesOption,
  meshOption,
  namespaceOption,
  selectorOption,
} from '../verbs/verb-options.ts';

export const getOptions = {
  namespace: namespaceOption,
  allNamespaces: allNamespacesOption,
  selector: selectorOption,
  output: text('-o, --output <format>', 'wide, yaml, json or name', {
    choices: ['wide', 'yaml', 'json', 'name'],
  }),
  watch: flag('-w, --watch', 'go on with every change'),
  mesh: meshOption,
};
