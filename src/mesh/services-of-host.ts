/** The services that a host of a VirtualService is for (`core/tls.go:getConfigsForHost`): a name and a wildcard that covers it match both ways. */
import { hostCovers, hostsOverlap, isWildcard } from './host-name.ts';
import type { Mesh, MeshService } from './mesh.ts';

export function servicesMatching(mesh: Mesh, host: string): readonly MeshService[] {
  if (isWildcard(host)) return mesh.services.filter((service) => hostsOverlap(host, service.host));
  const exact = mesh.servicesByHost.get(host) ?? [];
  const wide = wildcardHosts(mesh).filter((one) => hostCovers(one, host));
  return wide.length === 0
    ? exact
    : [...exact, ...wide.flatMap((one) => mesh.servicesByHost.get(one) ?? [])];
}

const known = new WeakMap<Mesh, readonly string[]>();

/** Hosts of services that stand for many names; the longest, which says most, first. */
export function wildcardHosts(mesh: Mesh): readonly string[] {
  let hosts = known.get(mesh);
  if (hosts === undefined) {
    hosts = [...mesh.servicesByHost.keys()]
      .filter(isWildcard)
      .sort((one, other) => other.length - one.length);
    known.set(mesh, hosts);
  }
  return hosts;
}
