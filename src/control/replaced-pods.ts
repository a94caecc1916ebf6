/** Pods that have gone while another took their place in the mesh: what was connected to them is not connected to that one. */
import type { ObjectStore } from './object-store.ts';
import { meshName } from './told-pods.ts';

/** Gives the mesh's names of those that went since it was asked last. */
export function followReplacedPods(store: ObjectStore): () => ReadonlySet<string> {
  let gone = new Set<string>();
  store.subscribe((events) => {
    for (const { type, object } of events)
      if (type === 'DELETED' && object.kind === 'Pod') gone.add(meshName(object));
  });
  return () => {
    if (gone.size === 0) return gone;
    const present = new Set(store.list('', 'Pod').map(meshName));
    const replaced = new Set([...gone].filter((name) => present.has(name)));
    gone = new Set();
    return replaced;
  };
}
