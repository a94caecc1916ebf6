/** The Gateways of a mesh, as VirtualServices name them. */
import type { Mesh } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { lazyFor } from './lazy.ts';

/** Under `namespace/name`. */
export const gatewaysByName = lazyFor(
  (mesh: Mesh): ReadonlyMap<string, Resource<'Gateway'>> =>
    new Map(mesh.gateways.map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway])),
);
