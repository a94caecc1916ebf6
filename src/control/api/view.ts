/** An object as a client asked for it: in the version of the request, whole or metadata only. */
import { isJsonArray, type JsonObject } from '../json.ts';
import type { StoredObject } from '../stored-object.ts';
import { type ApiKind, apiVersionOf } from './api-kind.ts';

/** The versions of a kind differ in nothing but their name. */
export function inVersion(kind: ApiKind, version: string, object: StoredObject): JsonObject {
  const { name, generation, ...metadata } = object.metadata;
  // Kinds without a spec to observe carry no generation in Kubernetes.
  const counted = 'spec' in object && kind.kind !== 'Namespace' && kind.kind !== 'Service';
  return {
    ...object,
    apiVersion: apiVersionOf(kind.group, version),
    kind: kind.kind,
    metadata: { name, ...(counted ? { generation } : {}), ...metadata },
  };
}

export function metadataOnly(object: JsonObject): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata ?? {},
  };
}

/** What an Accept header asks for, by the first alternative that this server can give. */
export type Form = 'plain' | 'table' | 'metadata';

export function formOf(accept: string): Form {
  for (const alternative of accept.split(',')) {
    const [type = '', ...parameters] = alternative.split(';').map((part) => part.trim());
    if (type !== '' && type !== '*/*' && !/^application\/(json|\*)$/.test(type)) continue;
    const as = parameters.find((one) => one.startsWith('as='))?.slice('as='.length);
    if (as === undefined) return 'plain';
    if (!parameters.includes('g=meta.k8s.io')) continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  return 'plain';
}

/** Does the client take JSON at all? */
export function acceptsJson(accept: string): boolean {
  const types = accept.split(',').map((one) => (one.split(';')[0] ?? '').trim());
  return (
    accept.trim() === '' ||
    types.some((type) =>
      ['*/*', 'application/*', 'application/json', 'application/yaml'].includes(type),
    )
  );
}

export function finalizersOf(object: JsonObject): readonly string[] {
  const { metadata } = object;
  const found =
    typeof metadata === 'object' && metadata !== null && !isJsonArray(metadata)
      ? (metadata as JsonObject).finalizers
      : undefined;
  return isJsonArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
}
