/** A Pod from a template. */
import { objectAt, stringsAt, textAt, without } from '../json.ts';
import type { NewObject, StoredObject } from '../stored-object.ts';
import { ownerReference } from './owner.ts';

/** Under this annotation a Pod keeps the key of its address: replicas of a set have the same addresses in every run. */
export const addressKeyAnnotation = 'tcpmesh.dev/address-key';

export function podFrom(
  owner: StoredObject,
  name: string,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly addressKey?: string } = {},
): NewObject {
  const template = objectAt(owner, 'spec', 'template');
  const metadata = without(
    objectAt(template, 'metadata'),
    'creationTimestamp',
    'name',
    'namespace',
  );
  const annotations = {
    ...stringsAt(metadata, 'annotations'),
    ...(more.addressKey === undefined ? {} : { [addressKeyAnnotation]: more.addressKey }),
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
    },
  };
}
