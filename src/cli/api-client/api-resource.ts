/** What a person calls a resource (`vs`, `pods`, `VirtualService`, `deployments.apps`) to where the API has it. */
import { closest } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { ApiClient, Json } from './api-client.ts';
import { at, listAt, textAt } from './json-at.ts';

export type ApiResource = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly names: readonly string[];
  readonly categories: readonly string[];
};

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every kind, in its preferred version. */
export async function discover(client: ApiClient): Promise<readonly ApiResource[]> {
  const [core, groups] = await Promise.all([
    client.call('GET', '/api', { accept }),
    client.call('GET', '/apis', { accept }),
  ]);
  return [...listAt(core.body, 'items'), ...listAt(groups.body, 'items')].flatMap((group) => {
    const [preferred] = listAt(group, 'versions');
    return listAt(preferred, 'resources').map((resource) =>
      resourceOf(textAt(group, 'metadata', 'name'), textAt(preferred, 'version'), resource),
    );
  });
}

function resourceOf(group: string, version: string, resource: Json): ApiResource {
  const plural = textAt(resource, 'resource');
  const kind = textAt(resource, 'responseKind', 'kind');
  const texts = (key: string): readonly string[] =>
    listAt(resource, key).filter((one): one is string => typeof one === 'string');
  return {
    group,
    version,
    kind,
    plural,
    namespaced: at(resource, 'scope') === 'Namespaced',
    names: [
      plural,
      textAt(resource, 'singularResource'),
      kind.toLowerCase(),
      ...texts('shortNames'),
    ],
    categories: texts('categories'),
  };
}

/** `all` and other categories mean several. */
export function findResources(all: readonly ApiResource[], called: string): readonly ApiResource[] {
  const [name = '', ...group] = called.toLowerCase().split('.');
  const suffix = group.join('.').replace(/^v\d\w*\./, '');
  const found = all.find(
    (one) => one.names.includes(name) && (suffix === '' || one.group === suffix),
  );
  if (found !== undefined) return [found];
  const many = all.filter(({ categories }) => categories.includes(name));
  if (many.length > 0) return many;
  const near = closest(
    name,
    all.flatMap(({ names }) => names),
  );
  throw new CannotDo(
    `the mesh has no resource type ${JSON.stringify(called)}`,
    near === null || near === undefined ? '' : `Did you mean ${near}?`,
  );
}

/** namespace: undefined for all of them. */
export function pathOf(
  { group, version, plural, namespaced }: ApiResource,
  namespace: string | undefined,
  name?: string,
): string {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope =
    namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** `virtualservice.networking.istio.io/echo`, as kubectl names what it did something to. */
export function shownName({ kind, group }: ApiResource, name: string): string {
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;
}
