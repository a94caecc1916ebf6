/** Parts of an object that tcpmesh does not decode. */
import type { Resource } from '../../resource/index.ts';

type Node = Resource['node'];

/** The node at a way of keys below a node; undefined where there is none. */
export function entryAt(node: Node, ...keys: readonly string[]): Node | undefined {
  let here: Node | undefined = node;
  for (const key of keys) {
    if (here?.kind !== 'map') return undefined;
    here = here.entries.findLast((entry) => entry.key === key)?.value;
  }
  return here;
}
