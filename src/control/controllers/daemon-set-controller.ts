/** DaemonSets: one Pod a node, and there is one node. */
import { stringsAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { claimants, claimedPods } from './claim.ts';
import type { ControllerEnv } from './controller-env.ts';
import { nameSuffix } from './name-suffix.ts';
import { freeAddressKeys, podFrom } from './pod-maker.ts';
import { endedHere } from './pod-status.ts';
import { writeSetStatus } from './set-status.ts';
import { templateRevision } from './stateful-set-controller.ts';

const revisionLabel = 'controller-revision-hash';

export function daemonSetController(env: ControllerEnv): Controller {
  return {
    name: 'daemon-set',
    kinds: ['DaemonSet', 'Pod'],
    settle: (transaction, changed) => {
      for (const set of claimants(transaction, changed, 'DaemonSet')) settle(transaction, set, env);
    },
  };
}

function settle(transaction: Transaction, set: StoredObject, env: ControllerEnv): void {
  const revision = templateRevision(set);
  const fits = (pod: StoredObject): boolean =>
    stringsAt(pod.metadata, 'labels')[revisionLabel] === revision;
  const pods = claimedPods(transaction, set, fits);
  const [kept] = pods.filter((pod) => fits(pod) && !endedHere(pod));
  for (const pod of pods) if (pod !== kept) transaction.remove(keyOf(pod));
  if (kept === undefined) {
    const [addressKey] = freeAddressKeys(transaction, set, set.metadata.name, 1);
    const name = `${set.metadata.name}-${nameSuffix(env.random)}`;
    transaction.put(podFrom(set, name, { labels: { [revisionLabel]: revision }, addressKey }));
  }
  writeSetStatus(transaction, set, ({ ready }) => ({
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    updatedNumberScheduled: 1,
  }));
}
