/** A Pod from a template. */
import { objectAt, stringsAt, textAt, without } from '../json.ts';
import type { Transaction } from '../object-store.ts';
import type { NewObject, StoredObject } from '../stored-object.ts';
import { ownerReference } from './owner.ts';

/** The mesh's own name for a Pod of a set, `namespace/set-0`: its address, its server and its log go by it, in every run. */
export const addressKeyAnnotation = 'tcpmesh.dev/address-key';

/** The first of these names that no Pod of the set has, nor one that it let go, which keeps its own. base: what they begin with. */
export function freeAddressKeys(
  transaction: Transaction,
  set: StoredObject,
  base: string,
  count: number,
): readonly string[] {
  if (count <= 0) return [];
  const namespace = textAt(set.metadata, 'namespace');
  const pods = { group: '', kind: 'Pod', namespace };
  const taken = new Set(
    [undefined, set.metadata.uid].flatMap((uid) =>
      transaction.controlledBy(pods, uid).map(addressKeyOf),
    ),
  );
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i += 1) {
    const key = `${namespace}/${base}-${i}`;
    if (!taken.has(key)) keys.push(key);
  }
  return keys;
}

/** '' of a Pod that no set has made. */
export function addressKeyOf(pod: StoredObject): string {
  return textAt(pod.metadata, 'annotations', addressKeyAnnotation);
}

export function podFrom(
  owner: StoredObject,
  name: string,
  more: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly addressKey?: string | undefined;
    /** In place of what the template has. */
    readonly spec?: { readonly hostname: string; readonly subdomain: string };
  } = {},
): NewObject {
  const template = objectAt(owner, 'spec', 'template');
  const metadata = without(
    objectAt(template, 'metadata'),
    'creationTimestamp',
    'name',
    'namespace',
  );
  const annotations = {
    ...(more.addressKey === undefined ? {} : { [addressKeyAnnotation]: more.addressKey }),
    ...stringsAt(metadata, 'annotations'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name,
      namespace: textAt(owner.metadata, 'namespace'),
      labels: { ...stringsAt(metadata, 'labels'), ...more.labels },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      serviceAccountName: 'default',
      serviceAccount: 'default',
      ...objectAt(template, 'spec'),
      ...more.spec,
    },
  };
}
