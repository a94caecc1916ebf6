/** A Pod from a template. */
import { objectAt, stringsAt, textAt, without } from '../json.ts';
import type { NewObject, StoredObject } from '../stored-object.ts';
import { ownerReference } from './owner.ts';

/** The mesh's own name for a Pod of a set, `namespace/set-0`: its address, its server and its log go by it, in every run. */
export const addressKeyAnnotation = 'tcpmesh.dev/address-key';

export function podFrom(
  owner: StoredObject,
  name: string,
  more: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly addressKey?: string;
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
