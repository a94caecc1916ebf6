/** Files into the store: what they hold is put there, what they no longer hold is taken out; what the API changed since stays. */
import { at, kinds, type Resource } from '../resource/index.ts';
import { jsonTaken } from './api/body.ts';
import { withDefaults } from './api/defaults.ts';
import { namespaceObject } from './cluster-store.ts';
import { isJsonObject, objectAt, sortedMembers, stringsAt, textAt, without } from './json.ts';
import { type ObjectStore, type Transaction, timestamp } from './object-store.ts';
import { keyOf, keyText, type NewObject } from './stored-object.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export type FileObjects = {
  /** In one transaction. resources: what the files hold now, admitted, in their order. */
  readonly load: (resources: readonly Resource[]) => void;
  /** What they held last, by key. */
  readonly held: () => HeldObjects;
};

export type HeldObjects = { readonly [key: string]: NewObject };

/** held: of an earlier run, where its objects have been restored. */
export function createFileObjects(
  store: ObjectStore,
  now: () => number,
  held: HeldObjects,
): FileObjects {
  let known: ReadonlyMap<string, NewObject> = new Map(Object.entries(held));
  return {
    held: () => Object.fromEntries(known),
    load: (resources) => {
      const read = new Map<string, NewObject>();
      for (const resource of resources) {
        const object = objectOf(resource);
        // A second document for one object takes the first one's place.
        if (object !== undefined) read.set(keyText(keyOf(object)), object);
      }
      store.transact((transaction) => {
        for (const [key, object] of known) if (!read.has(key)) transaction.remove(keyOf(object));
        makeNamespaces(transaction, [...read.values()]);
        const fresh = [...read].filter(
          ([key, object]) => JSON.stringify(known.get(key)) !== JSON.stringify(object),
        );
        fresh.forEach(([, object], i) => {
          transaction.put(
            dated(filled(transaction, object), now() - 1000 * (fresh.length - 1 - i)),
          );
        });
      });
      known = read;
    },
  };
}

function objectOf({ root, kind, name, namespace, apiVersion }: Resource): NewObject | undefined {
  // What the API does not serve would be there and could not be seen.
  if (kinds[kind].family === 'reference') return undefined;
  const object = jsonTaken(root[at].node);
  if (object === undefined || !isJsonObject(object) || name === '') return undefined;
  const metadata = { ...objectAt(object, 'metadata'), name };
  const placed = namespace === '' ? metadata : { ...metadata, namespace };
  return noted({ ...object, apiVersion, kind, metadata: placed });
}

/** What kubectl notes of what it applied: without it, it warns, and does not take away what a later file leaves out. */
function noted(object: NewObject): NewObject {
  const { annotations: _given, ...metadata } = object.metadata;
  const annotations = stringsAt(object.metadata, 'annotations');
  if (Object.hasOwn(annotations, lastApplied)) return object;
  const applied = without({ ...object, metadata: { ...metadata, annotations } }, 'status');
  const note = `${JSON.stringify(sortedMembers(applied))}\n`;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: note } },
  };
}

function filled(transaction: Transaction, object: NewObject): NewObject {
  const whole = withDefaults(object.kind, object);
  const before = transaction.get(keyOf(object));
  const spec = objectAt(whole, 'spec');
  const address = objectAt(before, 'spec').clusterIP;
  const kept =
    object.kind === 'Service' && spec.clusterIP === undefined && address !== undefined
      ? { ...whole, spec: { ...spec, clusterIP: address, clusterIPs: [address] } }
      : whole;
  return {
    ...kept,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...object.metadata, ...objectAt(whole, 'metadata') },
  };
}

/** Documents that say nothing of their age follow each other in the order of the files, the last one as of now. */
function dated(object: NewObject, at: number): NewObject {
  if (textAt(object.metadata, 'creationTimestamp') !== '') return object;
  return { ...object, metadata: { ...object.metadata, creationTimestamp: timestamp(at) } };
}

/** Files may speak of namespaces that nobody has made. */
function makeNamespaces(transaction: Transaction, objects: readonly NewObject[]): void {
  const names = new Set(
    objects.map((object) => keyOf(object).namespace).filter((one) => one !== ''),
  );
  for (const name of names) {
    const key = { group: '', kind: 'Namespace', namespace: '', name };
    if (transaction.get(key) === undefined) transaction.put(namespaceObject(name));
  }
}
