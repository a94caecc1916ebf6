/** A client that no document describes: `client` in any namespace that has something, without labels. */
import type { Mesh } from './mesh.ts';

/** A workload of that name goes before it. */
export const plainClientName = 'client';

export function isPlainClient(mesh: Mesh, namespace: string, name: string): boolean {
  return name === plainClientName && hasNamespace(mesh, namespace);
}

function hasNamespace(mesh: Mesh, namespace: string): boolean {
  return (
    namespace === 'default' ||
    mesh.resources.some(
      (resource) =>
        resource.namespace === namespace ||
        (resource.kind === 'Namespace' && resource.name === namespace),
    )
  );
}
