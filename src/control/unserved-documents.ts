/** What files hold and the API does not serve, such as PeerAuthentications or an IstioOperator: the store has none of it, and the mesh goes by it all the same. */
import { at, type Foreign, kinds, type Resource } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { jsonTaken } from './api/body.ts';

export type Unserved = {
  readonly admitted: readonly Resource[];
  readonly foreign: readonly Foreign[];
};

/** One Source per document, named and written as those of the store are. */
export function unservedSources({ admitted, foreign }: Unserved): readonly Source[] {
  const known = admitted
    .filter(({ kind }) => kinds[kind].family === 'reference')
    .map((resource) => ({ ...resource, node: resource.root[at].node }));
  const others = foreign
    .filter(({ reason }) => reason === 'unknown-kind')
    .map((one) => ({ ...one, node: one.place.node }));
  return [...known, ...others].flatMap(({ kind, namespace, name, node }) => {
    const value = jsonTaken(node);
    const id = [kind.toLowerCase(), namespace, name].filter((part) => part !== '').join('/');
    return value === undefined ? [] : [{ name: id, text: `${JSON.stringify(value, null, 2)}\n` }];
  });
}
