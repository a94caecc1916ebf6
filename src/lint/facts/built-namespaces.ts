/** Objects that a kustomization among the inputs moves: the namespace that they are read in is not the one that a cluster gets them in. */
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

/** Is it called in the cluster as it is here? Of no other may a name be proposed that says its namespace. */
export function isSettled({ span, namespace }: Resource, { isMoved }: Facts): boolean {
  return !isMoved(span.source.name, namespace);
}

/** Those that it is in once it is built. */
export function namespacesBuilt(
  { span, namespace }: Resource,
  { builtNamespaces }: Facts,
): readonly string[] {
  return builtNamespaces.get(span.source.name) ?? [namespace];
}

/** Are two objects in the same namespaces once they are built? Then a short name of one is right in the other. */
export function moveTogether(a: Resource, b: Resource, facts: Facts): boolean {
  return builtKey(a, facts) === builtKey(b, facts);
}

function builtKey(resource: Resource, facts: Facts): string {
  return [...namespacesBuilt(resource, facts)].sort().join(' ');
}
