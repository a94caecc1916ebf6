/** Ownership: what made an object, and what a maker has made. */
import { isJsonObject, type JsonObject, listAt, textAt, valueAt } from '../json.ts';
import type { Transaction } from '../object-store.ts';
import type { StoredObject } from '../stored-object.ts';

export function ownerReference(owner: StoredObject): JsonObject {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerUid(object: StoredObject): string | undefined {
  const found = listAt(object, 'metadata', 'ownerReferences').find(
    (one) => isJsonObject(one) && valueAt(one, 'controller') === true,
  );
  return found === undefined ? undefined : textAt(found, 'uid');
}

/** Objects of a kind in the owner's namespace that it controls. */
export function ownedBy(
  transaction: Transaction,
  owner: StoredObject,
  group: string,
  kind: string,
): readonly StoredObject[] {
  return transaction
    .list(group, kind, textAt(owner.metadata, 'namespace'))
    .filter((object) => controllerUid(object) === owner.metadata.uid);
}
