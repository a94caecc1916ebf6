/** What the store holds: a Kubernetes object as plain JSON, and the key it is found by. */
import { splitAtSlash } from '../text/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, listAt, textAt, valueAt } from './json.ts';

/** namespace: '' for cluster-scoped kinds. group: '' for the core group. */
export type ObjectKey = {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** Metadata that the store keeps: it alone sets uid, resourceVersion, generation and (unless given) creationTimestamp. */
export type StoredMetadata = {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly [key: string]: JsonValue;
};

export type StoredObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly [key: string]: JsonValue;
};

/** An object on its way into the store; metadata holds a name at least, and a namespace unless the kind is cluster-scoped. */
export type NewObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly [key: string]: JsonValue;
};

/** Fields of the metadata that are the server's: a client does not choose them. */
export const serverFields: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'selfLink',
];

export function groupOf(apiVersion: string): string {
  const [group = ''] = splitAtSlash(apiVersion);
  return group;
}

export function keyOf(object: NewObject | StoredObject): ObjectKey {
  const { name, namespace } = object.metadata;
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: typeof namespace === 'string' ? namespace : '',
    name: typeof name === 'string' ? name : '',
  };
}

/** One text per key, for maps. Names cannot hold a blank, so no two keys share a text. */
export function keyText(key: ObjectKey): string {
  return `${key.group} ${key.kind} ${key.namespace} ${key.name}`;
}

/** Whose it is: the uid of what its ownerReferences call its controller. */
export function controllerUid(object: StoredObject): string | undefined {
  const found = listAt(object, 'metadata', 'ownerReferences').find(
    (one) => isJsonObject(one) && valueAt(one, 'controller') === true,
  );
  return found === undefined ? undefined : textAt(found, 'uid');
}
