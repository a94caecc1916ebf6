/** ReplicaSets: as many Pods as they want. */
import { numberAt, stringsAt, textAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { claimants, claimedPods } from './claim.ts';
import type { ControllerEnv } from './controller-env.ts';
import { nameSuffix } from './name-suffix.ts';
import { addressKeyOf, freeAddressKeys, podFrom } from './pod-maker.ts';
import { hasEnded } from './pod-status.ts';
import { recordEvent } from './record-event.ts';
import { writeSetStatus } from './set-status.ts';

export function replicaSetController(env: ControllerEnv): Controller {
  return {
    name: 'replica-set',
    kinds: ['ReplicaSet', 'Pod'],
    settle: (transaction, changed) => {
      for (const set of claimants(transaction, changed, 'ReplicaSet'))
        settle(transaction, set, env);
    },
  };
}

function settle(transaction: Transaction, set: StoredObject, env: ControllerEnv): void {
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
  // One that has ended stays to be looked at, and counts no more.
  const pods = claimedPods(transaction, set).filter((pod) => !hasEnded(pod));
  // The youngest replicas go first: they have the highest address keys.
  const excess = [...pods].sort(byAddressKey).slice(wanted);
  for (const pod of excess) {
    transaction.remove(keyOf(pod));
    recordEvent(transaction, env, set, 'replicaset-controller', {
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
    });
  }
  for (const key of freeAddressKeys(transaction, set, baseName(set), wanted - pods.length)) {
    const name = freeName(transaction, set, env);
    transaction.put(podFrom(set, name, { addressKey: key }));
    recordEvent(transaction, env, set, 'replicaset-controller', {
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
    });
  }
  writeSetStatus(transaction, set, ({ pods, ready }) => ({
    replicas: Math.min(wanted, pods),
    ...(pods > 0 ? { fullyLabeledReplicas: pods } : {}),
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
  }));
}

function freeName(transaction: Transaction, set: StoredObject, env: ControllerEnv): string {
  const namespace = textAt(set.metadata, 'namespace');
  for (;;) {
    const name = `${set.metadata.name}-${nameSuffix(env.random)}`;
    if (transaction.get({ group: '', kind: 'Pod', namespace, name }) === undefined) return name;
  }
}

/** What a replica is called where no Pod has been named yet: by the name of the Deployment. */
function baseName(set: StoredObject): string {
  const hash = stringsAt(set.metadata, 'labels')['pod-template-hash'];
  const { name } = set.metadata;
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}

function byAddressKey(a: StoredObject, b: StoredObject): number {
  const index = (pod: StoredObject): number => Number(addressKeyOf(pod).replace(/^.*-/, '')) || 0;
  return index(a) - index(b);
}
