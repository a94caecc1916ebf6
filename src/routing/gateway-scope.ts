/** What the gateway workloads of a namespace see: every service exported to it. Sidecar resources do not concern them. */
import type { Mesh, MeshService } from '../mesh/index.ts';
import { ScopeServices } from './scope-services.ts';
import { servicesVisibleTo } from './sidecar-scope.ts';

const scopes = new WeakMap<Mesh, Map<string, ReadonlyMap<string, MeshService>>>();

/** By host: a Kubernetes Service, else the first in Istio's order. */
export function gatewayServices(mesh: Mesh, namespace: string): ReadonlyMap<string, MeshService> {
  let known = scopes.get(mesh);
  if (known === undefined) {
    known = new Map();
    scopes.set(mesh, known);
  }
  let services = known.get(namespace);
  if (services === undefined) {
    const growing = new ScopeServices(mesh, namespace);
    for (const service of servicesVisibleTo(mesh, namespace)) growing.add(service);
    services = growing.byHost;
    known.set(namespace, services);
  }
  return services;
}
