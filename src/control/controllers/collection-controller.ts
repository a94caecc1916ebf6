/** What goes when something else has gone: objects of a Namespace with it, and objects with the last of their owners. */
import { listAt, textAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf } from '../stored-object.ts';

/** group and kind of what lives in namespaces. */
export type NamespacedKind = { readonly group: string; readonly kind: string };

const owned: readonly NamespacedKind[] = [
  { group: 'apps', kind: 'ReplicaSet' },
  { group: '', kind: 'Pod' },
  { group: '', kind: 'Endpoints' },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ConfigMap' },
];

export function collectionController(namespaced: readonly NamespacedKind[]): Controller {
  return {
    name: 'collection',
    kinds: [
      'Namespace',
      'Deployment',
      'ReplicaSet',
      'StatefulSet',
      'DaemonSet',
      'Service',
      'Endpoints',
    ],
    settle: (transaction, changed) => {
      const gone = changed.filter(
        ({ before, after }) => after === undefined && before !== undefined,
      );
      const names = gone.filter(({ key }) => key.kind === 'Namespace').map(({ key }) => key.name);
      for (const name of names) emptyNamespace(transaction, namespaced, name);
      const owners = new Set(gone.flatMap(({ before }) => before?.metadata.uid ?? []));
      if (owners.size > 0) collectOrphans(transaction, owners);
    },
  };
}

function emptyNamespace(
  transaction: Transaction,
  namespaced: readonly NamespacedKind[],
  name: string,
): void {
  for (const { group, kind } of namespaced)
    for (const object of transaction.list(group, kind, name)) transaction.remove(keyOf(object));
}

/** What had one of these owners and has no other. */
function collectOrphans(transaction: Transaction, gone: ReadonlySet<string>): void {
  for (const { group, kind } of owned)
    for (const object of transaction.list(group, kind)) {
      const references = listAt(object.metadata, 'ownerReferences');
      if (references.length > 0 && references.every((one) => gone.has(textAt(one, 'uid'))))
        transaction.remove(keyOf(object));
    }
}
