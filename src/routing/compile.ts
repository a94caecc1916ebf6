/** The first phase: what a proxy gets from the mesh. */
import type { Mesh } from '../mesh/index.ts';
import type { Viewpoint } from './call.ts';

/** The listeners of one proxy, made as they are asked for. */
export type Compiled = { readonly mesh: Mesh; readonly viewpoint: Viewpoint };

export function compile(mesh: Mesh, viewpoint: Viewpoint): Compiled {
  return { mesh, viewpoint };
}
