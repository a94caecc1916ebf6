/** Options that every verb against a running mesh has. */
import { flag, text } from '../option.ts';

export const meshOption = text(
  '--mesh <name>',
  'which running mesh (default: the one started last)',
);
export const namespaceOption = text('-n, --namespace <name>', 'namespace (default: "default")');
export const allNamespacesOption = flag('-A, --all-namespaces', 'in all namespaces');
export const selectorOption = text(
  '-l, --selector <labels>',
  'only those with these labels: KEY=VALUE,…',
);
