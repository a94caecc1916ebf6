/** What `tcpmesh describe` can be told. */
import {
  allNamespacesOption,
  meshOption,
  namespaceOption,
  selectorOption,
} from '../verbs/verb-options.ts';

export const describeOptions = {
  namespace: namespaceOption,
  allNamespaces: allNamespacesOption,
  selector: selectorOption,
  mesh: meshOption,
};
