/** A client that no document describes: `client` in any namespace that has something, without labels. */
import type { Mesh } from './mesh.ts';
import type { Labels } from './workload.ts';

/** A workload of that name goes before it. */
export const plainClientName = 'client';

/** How that client sees the mesh; null where the name is not its name, or nothing is in the namespace. */
export function plainViewpoint(
  mesh: Mesh,
  namespace: string,
  name: string,
): { readonly kind: 'sidecar'; readonly namespace: string; readonly labels: Labels } | null {
  return isPlainClient(mesh, namespace, name) ? { kind: 'sidecar', namespace, labels: {} } : null;
}

function isPlainClient(mesh: Mesh, namespace: string, name: string): boolean {
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
