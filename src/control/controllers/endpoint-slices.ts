/** EndpointSlices in the store: which Service one is for, and which controller of a cluster writes it. */
import { managedByLabel, serviceNameLabel } from '../../mesh/index.ts';
import { stringsAt } from '../json.ts';
import type { Change, Transaction } from '../object-store.ts';
import { keyOf, keyText, type StoredObject } from '../stored-object.ts';

/** The keys, as text, of Services that changed, or whose Endpoints or EndpointSlices did. */
export function servicesMeant(changed: readonly Change[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { key, before, after } of changed) {
    const add = (name: string): void => {
      keys.add(keyText({ group: '', kind: 'Service', namespace: key.namespace, name }));
    };
    if (key.kind === 'Service' || key.kind === 'Endpoints') add(key.name);
    if (key.kind === 'EndpointSlice')
      for (const slice of [before, after])
        if (slice !== undefined) add(stringsAt(slice.metadata, 'labels')[serviceNameLabel] ?? '');
  }
  return keys;
}

/** Those for a Service that say they are a controller's, by name. */
export function slicesOf(
  transaction: Transaction,
  service: StoredObject,
  controller: string,
): readonly StoredObject[] {
  const { namespace, name } = keyOf(service);
  return transaction.labelled(
    { group: 'discovery.k8s.io', kind: 'EndpointSlice', namespace },
    { [serviceNameLabel]: name, [managedByLabel]: controller },
  );
}
