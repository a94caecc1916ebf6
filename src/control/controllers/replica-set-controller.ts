/** ReplicaSets: as many Pods as they want. */
import { numberAt, stringsAt, textAt } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { affected } from './affected.ts';
import type { ControllerEnv } from './controller-env.ts';
import { nameSuffix } from './name-suffix.ts';
import { ownedBy } from './owner.ts';
import { addressKeyAnnotation, podFrom } from './pod-maker.ts';
import { recordEvent } from './record-event.ts';
import { writeSetStatus } from './set-status.ts';

export function replicaSetController(env: ControllerEnv): Controller {
  return {
    name: 'replica-set',
    kinds: ['ReplicaSet', 'Pod'],
    settle: (transaction, changed) => {
      for (const set of affected(transaction, changed, { group: 'apps', kind: 'ReplicaSet' }))
        settle(transaction, set, env);
    },
  };
}

function settle(transaction: Transaction, set: StoredObject, env: ControllerEnv): void {
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
  const pods = ownedBy(transaction, set, '', 'Pod');
  // The youngest replicas go first: they have the highest address keys.
  const excess = [...pods].sort(byAddressKey).slice(wanted);
  for (const pod of excess) {
    transaction.remove(keyOf(pod));
    recordEvent(transaction, env, set, 'replicaset-controller', {
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
    });
  }
  for (const key of freeKeys(set, pods, wanted - pods.length)) {
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

/** `namespace/name-of-the-deployment-0`, …: what a replica is called where no Pod has been named yet. */
function freeKeys(
  set: StoredObject,
  pods: readonly StoredObject[],
  count: number,
): readonly string[] {
  const taken = new Set(pods.map(addressKey));
  const hash = stringsAt(set.metadata, 'labels')['pod-template-hash'];
  const name = set.metadata.name;
  const owner =
    hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i += 1) {
    const key = `${textAt(set.metadata, 'namespace')}/${owner}-${i}`;
    if (!taken.has(key)) keys.push(key);
  }
  return keys;
}

function addressKey(pod: StoredObject): string {
  return stringsAt(pod.metadata, 'annotations')[addressKeyAnnotation] ?? '';
}

function byAddressKey(a: StoredObject, b: StoredObject): number {
  const index = (pod: StoredObject): number => Number(addressKey(pod).replace(/^.*-/, '')) || 0;
  return index(a) - index(b);
}
