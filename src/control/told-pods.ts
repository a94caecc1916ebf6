/**
 * Which Pods of the store the mesh is told of, and as what. Of a Deployment or its like it starts the replicas by itself, under names
 * that stay the same. Where its Pods are not what the template says (another label, not ready…) the mesh is told of all of them.
 */
import { afterSlash } from '../text/index.ts';
import { ownerReference } from './controllers/owner.ts';
import { addressKeyOf } from './controllers/pod-maker.ts';
import { isReady } from './controllers/pod-status.ts';
import {
  type JsonValue,
  numberAt,
  objectAt,
  sameJson,
  stringsAt,
  textAt,
  valueAt,
  without,
} from './json.ts';
import { controllerUid, type StoredObject } from './stored-object.ts';

/** Kinds that make Pods. */
export const makers: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

/** set: what made it, the Deployment behind a ReplicaSet; undefined for one that nothing here has made. */
type PodOfSet = { readonly pod: StoredObject; readonly set: StoredObject | undefined };

/** What the mesh is told of them, by the Pods of the store. set: as above. */
export function toldPods(objects: readonly StoredObject[]): ReadonlyMap<StoredObject, PodOfSet> {
  const sets = new Map(
    objects.filter(({ kind }) => makers.has(kind)).map((set) => [set.metadata.uid, set]),
  );
  const pods = objects
    .filter(({ kind }) => kind === 'Pod')
    .map((pod) => ({ pod, set: setOf(pod, sets) }));
  const started = startedByMesh(pods);
  const told = pods.filter(({ set }) => set === undefined || !started.has(set));
  const taken = new Set(told.flatMap(({ pod }) => (addressKeyOf(pod) === '' ? fullName(pod) : [])));
  return new Map(
    told.map(({ pod, set }) => {
      const wanted = meshName(pod);
      const name = taken.has(wanted) ? fullName(pod) : wanted;
      taken.add(name);
      return [pod, { pod: asToldOnce(pod, afterSlash(name), set), set }];
    }),
  );
}

function setOf(
  pod: StoredObject,
  sets: ReadonlyMap<string, StoredObject>,
): StoredObject | undefined {
  const direct = sets.get(controllerUid(pod) ?? '');
  return direct && (sets.get(controllerUid(direct) ?? '') ?? direct);
}

/** Those whose Pods are what the mesh makes of their templates. */
function startedByMesh(pods: readonly PodOfSet[]): ReadonlySet<StoredObject> {
  const bySet = new Map<StoredObject, StoredObject[]>();
  for (const { pod, set } of pods) {
    if (set === undefined) continue;
    const others = bySet.get(set);
    if (others === undefined) bySet.set(set, [pod]);
    else others.push(pod);
  }
  return new Set([...bySet].flatMap(([set, own]) => (areAsTemplate(own, set) ? set : [])));
}

function areAsTemplate(pods: readonly StoredObject[], set: StoredObject): boolean {
  const wanted = set.kind === 'DaemonSet' ? 1 : (numberAt(set, 'spec', 'replicas') ?? 1);
  const first = numberAt(set, 'spec', 'ordinals', 'start') ?? 0;
  const names = new Set(pods.map(meshName));
  return (
    pods.length === wanted &&
    pods.every((pod, i) => names.has(`${fullName(set)}-${first + i}`) && isReplicaOf(pod, set))
  );
}

const compared = new WeakMap<
  StoredObject,
  { readonly set: StoredObject; readonly same: boolean }
>();

/** Would the mesh start it so? Of Pods that did not change it is known. */
function isReplicaOf(pod: StoredObject, set: StoredObject): boolean {
  const known = compared.get(pod);
  if (known?.set === set) return known.same;
  const same = isReady(pod) && isAsTemplate(pod, set);
  compared.set(pod, { set, same });
  return same;
}

/** Has it the labels of the template, but for those that controllers add, and its containers? */
function isAsTemplate(pod: StoredObject, set: StoredObject): boolean {
  const template = objectAt(set, 'spec', 'template');
  return (
    sameJson(writtenLabels(pod), writtenLabels(template)) &&
    ['containers', 'initContainers'].every((field) =>
      sameJson(valueAt(pod, 'spec', field), valueAt(template, 'spec', field)),
    )
  );
}

function writtenLabels(object: JsonValue): JsonValue {
  return without(
    stringsAt(object, 'metadata', 'labels'),
    'pod-template-hash',
    'controller-revision-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
  );
}

/** `namespace/name`: a Pod keeps the name that the mesh had for it as long as it lives. */
export function meshName(pod: StoredObject): string {
  const key = addressKeyOf(pod);
  return key.startsWith(`${textAt(pod.metadata, 'namespace')}/`) ? key : fullName(pod);
}

function fullName({ metadata }: StoredObject): string {
  return `${textAt(metadata, 'namespace')}/${metadata.name}`;
}

const toldOnce = new WeakMap<StoredObject, StoredObject>();

/** The very same object as long as nothing of it is another, so that a reader can keep what it made of it. */
function asToldOnce(pod: StoredObject, name: string, set: StoredObject | undefined): StoredObject {
  const known = toldOnce.get(pod);
  if (
    known?.metadata.name === name &&
    controllerUid(known) === (set?.metadata.uid ?? controllerUid(pod))
  )
    return known;
  const metadata = { ...pod.metadata, name };
  const told = {
    ...pod,
    // As if a Deployment had no ReplicaSets, of which the mesh is not told.
    metadata:
      set === undefined ? metadata : { ...metadata, ownerReferences: [ownerReference(set)] },
  };
  toldOnce.set(pod, told);
  return told;
}
