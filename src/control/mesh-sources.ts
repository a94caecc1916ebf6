/** Objects of the store as Sources, so that one pipeline (decodeSources, admit, buildMesh) reads files and API alike. */
import { managedByLabel, sliceController, standInAnnotation } from '../mesh/index.ts';
import { isKind } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { nodeRuntime } from './controllers/pod-status.ts';
import { listAt, stringsAt, textAt, valueAt, without } from './json.ts';
import type { ObjectStore } from './object-store.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

/** Kinds that make Pods. The mesh starts their replicas by itself, under names that stay the same; the store's Pods are what clients see. */
const makers: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

export type MeshSourcesOptions = {
  /** With what the store's controllers stand in for; without, the mesh does so itself. */
  readonly standIns: boolean;
};

/** An object that did not change gives the very same Source, so that a reader can keep what it made of it. */
const rendered = new WeakMap<StoredObject, Source>();

/** One Source per object, named `kind/namespace/name`; its text is indented JSON. */
export function meshSources(
  store: Pick<ObjectStore, 'all'>,
  options: MeshSourcesOptions = { standIns: true },
): readonly Source[] {
  return store
    .all()
    .filter(
      (object) =>
        isKind(object.kind) &&
        !isMade(object) &&
        !isListOfPods(object) &&
        (options.standIns || !isStandIn(object)),
    )
    .map(sourceOf);
}

export function sourceOf(object: StoredObject): Source {
  const known = rendered.get(object);
  if (known !== undefined) return known;
  const { kind, namespace, name } = keyOf(object);
  const metadata = without(object.metadata, 'managedFields', 'resourceVersion', 'generation');
  const shown = { ...object, metadata: { ...metadata, annotations: annotationsOf(object) } };
  const own = kind !== 'Pod' || isRunHere(object) ? without(shown, 'status') : shown;
  const source = {
    name: [kind.toLowerCase(), namespace, name].filter((part) => part !== '').join('/'),
    text: `${JSON.stringify(own, null, 2)}\n`,
  };
  rendered.set(object, source);
  return source;
}

/** Notes of controllers and clients that no route depends on; without them fewer changes are changes of the mesh. */
function annotationsOf(object: StoredObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(stringsAt(object.metadata, 'annotations')).filter(
      ([key]) =>
        key !== 'kubectl.kubernetes.io/last-applied-configuration' &&
        !key.startsWith('deployment.kubernetes.io/'),
    ),
  );
}

function isMade(object: StoredObject): boolean {
  return listAt(object.metadata, 'ownerReferences').some((one) => makers.has(textAt(one, 'kind')));
}

/** Endpoints and slices that the store wrote for the Pods that a Service selects: the mesh asks the Pods themselves. */
function isListOfPods(object: StoredObject): boolean {
  const ofService = listAt(object.metadata, 'ownerReferences').some(
    (one) => textAt(one, 'kind') === 'Service' && valueAt(one, 'controller') === true,
  );
  if (object.kind === 'Endpoints') return ofService;
  return (
    object.kind === 'EndpointSlice' &&
    ofService &&
    stringsAt(object.metadata, 'labels')[managedByLabel] === sliceController
  );
}

function isStandIn(object: StoredObject): boolean {
  return Object.hasOwn(stringsAt(object.metadata, 'annotations'), standInAnnotation);
}

/** Its status is the store's own word, not a record of a cluster. */
function isRunHere(pod: StoredObject): boolean {
  return listAt(pod, 'status', 'containerStatuses').some((one) =>
    textAt(one, 'containerID').startsWith(nodeRuntime),
  );
}
