/** Namespaces of a mesh by name. */
import type { Resource } from '../resource/index.ts';
import type { Mesh } from './mesh.ts';

const namespaces = new WeakMap<Mesh, ReadonlyMap<string, Resource>>();

/** The Namespace object; null where the mesh holds none of that name. */
export function namespaceOf(mesh: Mesh, name: string): Resource | null {
  let known = namespaces.get(mesh);
  if (known === undefined) {
    const all = mesh.resources.filter(({ kind }) => kind === 'Namespace');
    known = new Map(all.map((one) => [one.name, one]));
    namespaces.set(mesh, known);
  }
  return known.get(name) ?? null;
}
