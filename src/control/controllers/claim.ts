/** Which Pods a set has: its controller lets go of those that the selector no longer selects, and takes over those that nobody controls. */
import { matchesSelector } from '../api/selector.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringsAt,
  textAt,
  without,
} from '../json.ts';
import type { Change, Transaction } from '../object-store.ts';
import {
  controllerUid,
  keyOf,
  keyText,
  type NewObject,
  type StoredObject,
} from '../stored-object.ts';
import { affected } from './affected.ts';
import { ownedBy, ownerReference } from './owner.ts';
import { hasEnded, runsHere } from './pod-status.ts';

/** The sets of a kind that have to look at their Pods again: those that changed or whose Pods did, and those that may take one over. */
export function claimants(
  transaction: Transaction,
  changed: readonly Change[],
  kind: string,
): readonly StoredObject[] {
  const sets = affected(transaction, changed, { group: 'apps', kind });
  const known = new Set(sets.map((set) => keyText(keyOf(set))));
  const free = changed.flatMap(({ after }) =>
    after?.kind === 'Pod' && isFree(after) ? after : [],
  );
  if (free.length === 0) return sets;
  const others = transaction
    .list('apps', kind)
    .filter((set) => !known.has(keyText(keyOf(set))) && free.some((pod) => selects(set, pod)));
  return [...sets, ...others];
}

/** Those that it has after that. fits: which it takes over of those that it selects. */
export function claimedPods(
  transaction: Transaction,
  set: StoredObject,
  fits: (pod: StoredObject) => boolean = () => true,
): readonly StoredObject[] {
  // A set that does not select what it makes, which a file may hold, would make Pods without end.
  if (!matchesSelector(objectAt(set, 'spec').selector, templateLabels(set)))
    return ownedBy(transaction, set, '', 'Pod');
  const pods = { group: '', kind: 'Pod', namespace: textAt(set.metadata, 'namespace') };
  const own = ownedBy(transaction, set, '', 'Pod').filter((pod) => {
    if (selects(set, pod)) return true;
    transaction.put(withOwners(pod, otherOwners(pod, set)));
    return false;
  });
  const taken = transaction
    .labelled(pods, stringsAt(set, 'spec', 'selector', 'matchLabels'))
    .filter((pod) => isFree(pod) && selects(set, pod) && fits(pod))
    .map((pod) =>
      transaction.put(withOwners(pod, [...otherOwners(pod, set), ownerReference(set)])),
    );
  return [...own, ...taken];
}

function selects(set: StoredObject, pod: StoredObject): boolean {
  return (
    set.metadata.namespace === pod.metadata.namespace &&
    matchesSelector(objectAt(set, 'spec').selector, stringsAt(pod.metadata, 'labels'))
  );
}

function templateLabels(set: StoredObject): Readonly<Record<string, string>> {
  return stringsAt(set, 'spec', 'template', 'metadata', 'labels');
}

/** Nobody controls it, and it is at work on this computer: the recorded Pods of a cluster stay as they are. */
function isFree(pod: StoredObject): boolean {
  if (controllerUid(pod) !== undefined || 'deletionTimestamp' in pod.metadata) return false;
  return runsHere(pod) && !hasEnded(pod);
}

function otherOwners(pod: StoredObject, set: StoredObject): readonly JsonObject[] {
  return listAt(pod.metadata, 'ownerReferences')
    .filter(isJsonObject)
    .filter(({ uid }) => uid !== set.metadata.uid);
}

function withOwners(pod: StoredObject, ownerReferences: readonly JsonObject[]): NewObject {
  const metadata = without(pod.metadata, 'ownerReferences');
  return {
    ...pod,
    metadata: ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences },
  };
}
