/** Where the API has an object that a file describes. */
import { splitAtSlash } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { ApiClient, JsonMap } from './api-client.ts';
import { type ApiResource, pathOf } from './api-resource.ts';
import { textAt } from './json-at.ts';

export type ObjectAddress = {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly listPath: string;
  /** With the namespace in its metadata. */
  readonly placed: JsonMap;
};

export function objectAddress(
  client: ApiClient,
  all: readonly ApiResource[],
  object: JsonMap,
  namespaceGiven: string | undefined,
): ObjectAddress {
  const apiVersion = textAt(object, 'apiVersion');
  const kind = textAt(object, 'kind');
  const [group = '', version] = splitAtSlash(apiVersion);
  const known = all.find((one) => one.group === group && one.kind === kind);
  if (known === undefined)
    throw new CannotDo(
      `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`,
      'tcpmesh knows the traffic kinds of Istio and the workload kinds of Kubernetes.',
    );
  const resource = { ...known, version };
  const own = textAt(object, 'metadata', 'namespace');
  if (own !== '' && namespaceGiven !== undefined && own !== namespaceGiven)
    throw new CannotDo(
      `the namespace of the object (${own}) is not the one of -n (${namespaceGiven})`,
      'Leave one of them out.',
    );
  const namespace = own || namespaceGiven || client.namespace;
  const name = textAt(object, 'metadata', 'name');
  const metadata = object.metadata;
  return {
    resource,
    namespace,
    name,
    path: pathOf(resource, namespace, name),
    listPath: pathOf(resource, namespace),
    placed: known.namespaced
      ? { ...object, metadata: { ...(metadata as JsonMap), namespace } }
      : object,
  };
}
