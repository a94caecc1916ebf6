/** What VirtualServices are for: hosts, gateways, services. */
import { type Mesh, type MeshService, meshGateway, servicesMatching } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';

/** Hosts as Istio completes them, and the services of the mesh that they name; all empty for a VirtualService that is not in the mesh. */
export type Bound = {
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly services: readonly MeshService[];
};

const unbound: Bound = { hosts: [], gateways: [], services: [] };

export function boundIn(mesh: Mesh): (service: Resource) => Bound {
  const bound = new Map<Resource, Bound>();
  for (const { resource, hosts, gateways } of mesh.virtualServices.all) {
    const services = hosts.flatMap((host) => servicesMatching(mesh, host));
    bound.set(resource, { hosts, gateways, services: [...new Set(services)] });
  }
  return (service) => bound.get(service) ?? unbound;
}

/** No service here is what it is for, and no gateway: nobody can dial it. */
export function isForNobody(bound: Bound): boolean {
  return bound.services.length === 0 && isForMeshAlone(bound);
}

export function isForMeshAlone({ gateways }: Bound): boolean {
  return gateways.every((name) => name === meshGateway);
}
