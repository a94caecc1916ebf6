/** The objects that a cluster would hold after reading the input in order: a later one replaces an earlier of the same name. */
import type { Kind, Resource } from '../../resource/index.ts';

export type Replaced = { readonly earlier: Resource; readonly later: Resource };

export type Objects = {
  readonly of: <K extends Kind>(kind: K) => readonly Resource<K>[];
  readonly find: <K extends Kind>(
    kind: K,
    namespace: string,
    name: string,
  ) => Resource<K> | undefined;
  /** Alternatives of one object: each that a later document replaces, with that one. */
  readonly replaced: readonly Replaced[];
};

export function gatherObjects(resources: readonly Resource[]): Objects {
  const byKind = new Map<Kind, Map<string, Resource>>();
  const replaced: Replaced[] = [];
  for (const resource of resources) {
    let known = byKind.get(resource.kind);
    if (known === undefined) {
      known = new Map();
      byKind.set(resource.kind, known);
    }
    const key = `${resource.namespace}/${resource.name}`;
    const earlier = known.get(key);
    // A nameless object cannot be the same as another.
    if (earlier !== undefined && resource.name === '')
      known.set(`${key}#${resource.order}`, resource);
    else {
      if (earlier !== undefined) replaced.push({ earlier, later: resource });
      known.delete(key);
      known.set(key, resource);
    }
  }
  const lists = new Map<Kind, readonly Resource[]>();
  for (const [kind, known] of byKind) lists.set(kind, [...known.values()]);
  return {
    of: <K extends Kind>(kind: K) => (lists.get(kind) ?? []) as readonly Resource<K>[],
    find: <K extends Kind>(kind: K, namespace: string, name: string) =>
      byKind.get(kind)?.get(`${namespace}/${name}`) as Resource<K> | undefined,
    replaced,
  };
}
