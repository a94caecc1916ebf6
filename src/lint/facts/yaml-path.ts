/** Parts of an object that tcpmesh does not decode. */
import type { YamlNode } from '../../yaml/index.ts';

/** The node at a way of keys below a node; undefined where there is none. */
export function entryAt(node: YamlNode, ...keys: readonly string[]): YamlNode | undefined {
  let here: YamlNode | undefined = node;
  for (const key of keys) {
    if (here?.kind !== 'map') return undefined;
    here = here.entries.findLast((entry) => entry.key === key)?.value;
  }
  return here;
}
