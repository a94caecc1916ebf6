/** Which objects of a kind a controller has to look at again: those that changed, and the owners of what changed. */
import { listAt, textAt } from '../json.ts';
import type { Change, Transaction } from '../object-store.ts';
import { keyText, type ObjectKey, type StoredObject } from '../stored-object.ts';

export function affected(
  transaction: Transaction,
  changed: readonly Change[],
  kind: { readonly group: string; readonly kind: string },
): readonly StoredObject[] {
  const keys = new Map<string, ObjectKey>();
  const add = (key: ObjectKey): void => {
    keys.set(keyText(key), key);
  };
  for (const { key, before, after } of changed) {
    if (key.group === kind.group && key.kind === kind.kind) add(key);
    for (const object of [before, after])
      for (const owner of listAt(object?.metadata, 'ownerReferences'))
        if (textAt(owner, 'kind') === kind.kind)
          add({ ...kind, namespace: key.namespace, name: textAt(owner, 'name') });
  }
  return [...keys.values()].flatMap((key) => transaction.get(key) ?? []);
}
