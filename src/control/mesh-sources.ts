/** Objects of the store as Sources, so that one pipeline (decodeSources, admit, buildMesh) reads files and API alike. */
import { managedByLabel, sliceController, standInAnnotation } from '../mesh/index.ts';
import { isKind } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { addressKeyAnnotation } from './controllers/pod-maker.ts';
import { isReady, runsHere } from './controllers/pod-status.ts';
import { type JsonObject, listAt, stringsAt, textAt, valueAt, without } from './json.ts';
import type { ObjectStore } from './object-store.ts';
import { keyOf, type StoredObject } from './stored-object.ts';
import { makers, toldPods } from './told-pods.ts';

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
  const objects = store.all();
  const pods = toldPods(objects);
  return objects.flatMap((object) => {
    const isPod = object.kind === 'Pod';
    const told = isPod ? pods.get(object)?.pod : object;
    if (told === undefined || !isKind(object.kind) || isListOfPods(object)) return [];
    if (!isPod && isMade(object)) return [];
    const standsIn = isStandIn(pods.get(object)?.set ?? object);
    return options.standIns || !standsIn ? sourceOf(told) : [];
  });
}

export function sourceOf(object: StoredObject): Source {
  const known = rendered.get(object);
  if (known !== undefined) return known;
  const { kind, namespace, name } = keyOf(object);
  const metadata = without(object.metadata, 'managedFields', 'resourceVersion', 'generation');
  const shown = { ...object, metadata: { ...metadata, annotations: annotationsOf(object) } };
  const own = { ...without(shown, 'status'), ...(kind === 'Pod' ? statusOf(object) : {}) };
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
        key !== addressKeyAnnotation &&
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

/** Of a Pod that runs here what is not as with every other: addresses are those that the mesh gives by itself. */
function statusOf(pod: StoredObject): JsonObject {
  const { status } = pod;
  if (status === undefined) return {};
  if (!runsHere(pod)) return { status };
  if (isReady(pod)) return {};
  const conditions = listAt(status, 'conditions').filter((one) => textAt(one, 'type') === 'Ready');
  return { status: { phase: textAt(status, 'phase'), conditions } };
}
