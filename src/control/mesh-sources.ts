/** Objects of the store as Sources, so that one pipeline (decodeSources, admit, buildMesh) reads files and API alike. */
import { isKind } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { without } from './json.ts';
import type { ObjectStore } from './object-store.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

/** Kinds that the store itself turns into Pods; the Pods are the workloads. */
const templates: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

/** An object that did not change gives the very same Source, so that a reader can keep what it made of it. */
const rendered = new WeakMap<StoredObject, Source>();

/** One Source per object, named `kind/namespace/name`; its text is indented JSON. */
export function meshSources(store: Pick<ObjectStore, 'all'>): readonly Source[] {
  return store
    .all()
    .filter((object) => isKind(object.kind) && !templates.has(object.kind))
    .map(sourceOf);
}

export function sourceOf(object: StoredObject): Source {
  const known = rendered.get(object);
  if (known !== undefined) return known;
  const { kind, namespace, name } = keyOf(object);
  const shown = { ...object, metadata: without(object.metadata, 'managedFields') };
  const source = {
    name: [kind.toLowerCase(), namespace, name].filter((part) => part !== '').join('/'),
    text: `${JSON.stringify(shown, null, 2)}\n`,
  };
  rendered.set(object, source);
  return source;
}
