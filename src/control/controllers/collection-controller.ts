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
    kinds: ['Namespace', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Service'],
    settle: (transaction) => {
      emptyNamespaces(transaction, namespaced);
      collectOrphans(transaction);
    },
  };
}

function emptyNamespaces(transaction: Transaction, namespaced: readonly NamespacedKind[]): void {
  const present = new Set(transaction.list('', 'Namespace').map(({ metadata }) => metadata.name));
  for (const { group, kind } of namespaced)
    for (const object of transaction.list(group, kind))
      if (!present.has(keyOf(object).namespace)) transaction.remove(keyOf(object));
}

function collectOrphans(transaction: Transaction): void {
  const owners: readonly NamespacedKind[] = [
    { group: 'apps', kind: 'Deployment' },
    { group: 'apps', kind: 'ReplicaSet' },
    { group: 'apps', kind: 'StatefulSet' },
    { group: 'apps', kind: 'DaemonSet' },
    { group: '', kind: 'Service' },
  ];
  const ownerKinds = new Set(owners.map(({ kind }) => kind));
  const alive = new Set(
    owners.flatMap(({ group, kind }) =>
      transaction.list(group, kind).map(({ metadata }) => metadata.uid),
    ),
  );
  for (const { group, kind } of owned)
    for (const object of transaction.list(group, kind)) {
      const references = listAt(object.metadata, 'ownerReferences');
      const gone = (one: (typeof references)[number]): boolean =>
        ownerKinds.has(textAt(one, 'kind')) && !alive.has(textAt(one, 'uid'));
      if (references.length > 0 && references.every(gone)) transaction.remove(keyOf(object));
    }
}
