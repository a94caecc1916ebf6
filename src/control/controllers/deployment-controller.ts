/** Deployments: a ReplicaSet for each template that they have had, the latest with all the replicas. */
import {
  isJsonObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  stringsAt,
  textAt,
  without,
} from '../json.ts';
import { type Controller, type Transaction, timestamp } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { affected } from './affected.ts';
import type { ControllerEnv } from './controller-env.ts';
import { hashName } from './name-suffix.ts';
import { ownedBy, ownerReference } from './owner.ts';
import { recordEvent } from './record-event.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';

export function deploymentController(env: ControllerEnv): Controller {
  return {
    name: 'deployment',
    kinds: ['Deployment', 'ReplicaSet'],
    settle: (transaction, changed) => {
      for (const deployment of affected(transaction, changed, {
        group: 'apps',
        kind: 'Deployment',
      }))
        settle(transaction, deployment, env);
    },
  };
}

function settle(transaction: Transaction, deployment: StoredObject, env: ControllerEnv): void {
  const paused = objectAt(deployment, 'spec').paused === true;
  const sets = ownedBy(transaction, deployment, 'apps', 'ReplicaSet');
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
  const name = `${deployment.metadata.name}-${templateHash(deployment)}`;
  const present = sets.find((set) => set.metadata.name === name);
  const newest = newestOf(sets);
  const current = paused ? (present ?? newest) : present;
  const revision =
    current === newest && current !== undefined ? revisionOf(current) : highest(sets) + 1;
  if (!paused || current !== undefined) {
    const before = numberAt(current, 'spec', 'replicas');
    transaction.put(
      current === undefined
        ? newReplicaSet(deployment, name, wanted, revision)
        : withReplicas(current, wanted, revision),
    );
    if (before !== wanted)
      recordEvent(transaction, env, deployment, 'deployment-controller', {
        reason: 'ScalingReplicaSet',
        message: `Scaled ${(before ?? 0) < wanted ? 'up' : 'down'} replica set ${current?.metadata.name ?? name} from ${before ?? 0} to ${wanted}`,
      });
  }
  for (const set of sets)
    if (set !== current && (numberAt(set, 'spec', 'replicas') ?? 0) > 0)
      transaction.put(withReplicas(set, 0, revisionOf(set)));
  forgetOld(
    transaction,
    deployment,
    sets.filter((set) => set !== current),
  );
  writeStatus(transaction, deployment, env, current?.metadata.name ?? name, revision);
}

/** The template as a name; defaults that were filled in count, the time of creation does not. */
function templateHash(deployment: StoredObject): string {
  const template = objectAt(deployment, 'spec', 'template');
  const metadata = without(objectAt(template, 'metadata'), 'creationTimestamp');
  return hashName(canonical({ ...template, metadata }));
}

/** The same text for the same content, whatever the order of its members. */
function canonical(value: JsonObject): string {
  return JSON.stringify(value, (_key, member) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function newReplicaSet(
  deployment: StoredObject,
  name: string,
  replicas: number,
  revision: number,
): Parameters<Transaction['put']>[0] {
  const hash = name.slice(deployment.metadata.name.length + 1);
  const spec = objectAt(deployment, 'spec');
  const template = objectAt(spec, 'template');
  const labels = { ...stringsAt(template, 'metadata', 'labels'), 'pod-template-hash': hash };
  const selector = objectAt(spec, 'selector');
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: textAt(deployment.metadata, 'namespace'),
      labels,
      annotations: { [revisionAnnotation]: String(revision) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas,
      selector: {
        ...selector,
        matchLabels: { ...stringsAt(selector, 'matchLabels'), 'pod-template-hash': hash },
      },
      template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
    },
  };
}

function withReplicas(set: StoredObject, replicas: number, revision: number): StoredObject {
  const annotations = {
    ...stringsAt(set.metadata, 'annotations'),
    [revisionAnnotation]: String(revision),
  };
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...objectAt(set, 'spec'), replicas },
  };
}

function revisionOf(object: StoredObject): number {
  return Number(textAt(object.metadata, 'annotations', revisionAnnotation)) || 0;
}

function highest(sets: readonly StoredObject[]): number {
  return Math.max(0, ...sets.map(revisionOf));
}

function newestOf(sets: readonly StoredObject[]): StoredObject | undefined {
  return [...sets].sort((a, b) => revisionOf(b) - revisionOf(a))[0];
}

function forgetOld(
  transaction: Transaction,
  deployment: StoredObject,
  old: readonly StoredObject[],
): void {
  const kept = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10;
  const oldestFirst = [...old].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of oldestFirst.slice(0, Math.max(0, old.length - kept)))
    transaction.remove(keyOf(set));
}

function writeStatus(
  transaction: Transaction,
  deployment: StoredObject,
  env: ControllerEnv,
  current: string,
  revision: number,
): void {
  const sets = ownedBy(transaction, deployment, 'apps', 'ReplicaSet');
  const sum = (field: string, of: readonly StoredObject[]): number =>
    of.reduce((total, set) => total + (numberAt(set, 'status', field) ?? 0), 0);
  const total = sum('replicas', sets);
  const ready = sum('readyReplicas', sets);
  const updated = sum(
    'replicas',
    sets.filter((set) => set.metadata.name === current),
  );
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
  const counts = Object.entries({
    replicas: total,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
  }).filter(([, count]) => count > 0);
  const complete = ready >= wanted && updated >= wanted;
  transaction.put({
    ...deployment,
    metadata: {
      ...deployment.metadata,
      annotations: {
        ...stringsAt(deployment.metadata, 'annotations'),
        [revisionAnnotation]: String(revision),
      },
    },
    status: {
      observedGeneration: deployment.metadata.generation,
      ...Object.fromEntries(counts),
      conditions: [
        condition(deployment, env, {
          type: 'Available',
          status: ready >= wanted ? 'True' : 'False',
          reason: ready >= wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          message:
            ready >= wanted
              ? 'Deployment has minimum availability.'
              : 'Deployment does not have minimum availability.',
        }),
        condition(deployment, env, {
          type: 'Progressing',
          status: 'True',
          reason: complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
          message: `ReplicaSet "${current}" ${complete ? 'has successfully progressed.' : 'is progressing.'}`,
        }),
      ],
    },
  });
}

type ConditionFacts = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/** Keeps its times while it says the same. */
function condition(object: StoredObject, env: ControllerEnv, facts: ConditionFacts): JsonObject {
  const before = listAt(object, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === facts.type,
  );
  const now = timestamp(env.now());
  const same = textAt(before, 'status') === facts.status;
  const told =
    same &&
    textAt(before, 'reason') === facts.reason &&
    textAt(before, 'message') === facts.message;
  return {
    ...facts,
    lastUpdateTime: told ? textAt(before, 'lastUpdateTime') : now,
    lastTransitionTime: same ? textAt(before, 'lastTransitionTime') : now,
  };
}
