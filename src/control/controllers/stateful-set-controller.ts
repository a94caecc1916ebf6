/** StatefulSets: Pods with numbers for names. A changed template starts all of them anew. */
import { numberAt, objectAt, stringsAt, textAt, without } from '../json.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { claimants, claimedPods } from './claim.ts';
import { hashName } from './name-suffix.ts';
import { podFrom } from './pod-maker.ts';
import { endedHere } from './pod-status.ts';
import { writeSetStatus } from './set-status.ts';

const revisionLabel = 'controller-revision-hash';

export const statefulSetController: Controller = {
  name: 'stateful-set',
  kinds: ['StatefulSet', 'Pod'],
  settle: (transaction, changed) => {
    for (const set of claimants(transaction, changed, 'StatefulSet')) settle(transaction, set);
  },
};

function settle(transaction: Transaction, set: StoredObject): void {
  const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
  const first = numberAt(set, 'spec', 'ordinals', 'start') ?? 0;
  const revision = `${set.metadata.name}-${templateRevision(set)}`;
  const names = Array.from({ length: wanted }, (_, i) => `${set.metadata.name}-${first + i}`);
  const fits = (pod: StoredObject): boolean =>
    names.includes(pod.metadata.name) &&
    stringsAt(pod.metadata, 'labels')[revisionLabel] === revision;
  for (const pod of claimedPods(transaction, set, fits))
    if (!fits(pod) || endedHere(pod)) transaction.remove(keyOf(pod));
  const namespace = textAt(set.metadata, 'namespace');
  names.forEach((name, i) => {
    if (transaction.get({ group: '', kind: 'Pod', namespace, name }) !== undefined) return;
    const labels = {
      [revisionLabel]: revision,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(first + i),
    };
    // By these the pod has a name of its own in DNS.
    const spec = { hostname: name, subdomain: textAt(set, 'spec', 'serviceName') };
    transaction.put(podFrom(set, name, { labels, spec }));
  });
  writeSetStatus(transaction, set, ({ pods, ready }) => ({
    replicas: pods,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: pods,
    updatedReplicas: pods,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  }));
}

/** Short and the same for the same template. */
export function templateRevision(set: StoredObject): string {
  const template = objectAt(set, 'spec', 'template');
  const metadata = without(objectAt(template, 'metadata'), 'creationTimestamp');
  return hashName(JSON.stringify({ ...template, metadata }));
}
