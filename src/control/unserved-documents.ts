/** What files hold and the API does not serve, such as PeerAuthentications or an IstioOperator: the store has none of it, and the mesh goes by it all the same. */
import { at, type Foreign, kinds, type Resource } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { jsonTaken } from './api/body.ts';
import { isJsonObject, objectAt } from './json.ts';

export type Unserved = {
  readonly admitted: readonly Resource[];
  readonly foreign: readonly Foreign[];
};

/** One Source per document, named and written as those of the store are: each with its namespace, which who reads it need not know. */
export function unservedSources(
  { admitted, foreign }: Unserved,
  defaultNamespace: string,
): readonly Source[] {
  const known = admitted
    .filter(({ kind }) => kinds[kind].family === 'reference')
    .map((resource) => ({ ...resource, node: resource.root[at].node }));
  const others = foreign
    .filter(({ reason }) => reason === 'unknown-kind')
    .map((one) => ({
      ...one,
      namespace: one.namespace || defaultNamespace,
      node: one.place.node,
    }));
  return [...known, ...others].flatMap(({ kind, namespace, name, node }) => {
    const value = jsonTaken(node);
    if (value === undefined || !isJsonObject(value)) return [];
    const placed = { ...value, metadata: { ...objectAt(value, 'metadata'), namespace } };
    const id = [kind.toLowerCase(), namespace, name].filter((part) => part !== '').join('/');
    return [{ name: id, text: `${JSON.stringify(placed, null, 2)}\n` }];
  });
}
