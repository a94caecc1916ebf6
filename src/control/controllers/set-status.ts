/** What a set of Pods says of itself: its status is counted from the Pods that it owns. */
import type { JsonObject } from '../json.ts';
import type { Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { ownedBy } from './owner.ts';
import { hasEnded, isReady } from './pod-status.ts';

/** pods: all that the set owns and that have not ended; ready: those of them that take connections. */
export type PodCount = { readonly pods: number; readonly ready: number };

export function writeSetStatus(
  transaction: Transaction,
  set: StoredObject,
  statusOf: (count: PodCount) => JsonObject,
): void {
  const pods = ownedBy(transaction, set, '', 'Pod').filter((pod) => !hasEnded(pod));
  const present = transaction.get(keyOf(set)) ?? set;
  const count = { pods: pods.length, ready: pods.filter(isReady).length };
  transaction.put({
    ...present,
    status: { observedGeneration: present.metadata.generation, ...statusOf(count) },
  });
}
