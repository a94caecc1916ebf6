/** Ownership: what made an object, and what a maker has made. */
import { type JsonObject, textAt } from '../json.ts';
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

/** Objects of a kind in the owner's namespace that it controls, by name. */
export function ownedBy(
  transaction: Transaction,
  owner: StoredObject,
  group: string,
  kind: string,
): readonly StoredObject[] {
  const namespace = textAt(owner.metadata, 'namespace');
  return transaction.controlledBy({ group, kind, namespace }, owner.metadata.uid);
}
