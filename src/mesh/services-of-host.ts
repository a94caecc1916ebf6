/** The services that a host of a VirtualService is for (`core/tls.go:getConfigsForHost`): a name and a wildcard that covers it match both ways. */
import { hostsOverlap, isWildcard } from './host-name.ts';
import type { Mesh, MeshService } from './mesh.ts';

export function servicesMatching(mesh: Mesh, host: string): readonly MeshService[] {
  if (isWildcard(host)) return mesh.services.filter((service) => hostsOverlap(host, service.host));
  const exact = mesh.servicesByHost.get(host) ?? [];
  const wide = wildcardsCovering(mesh, host);
  return wide.length === 0
    ? exact
    : [...exact, ...wide.flatMap((one) => mesh.servicesByHost.get(one) ?? [])];
}

/** By what stands behind the star: there may be thousands of them, and of names that are asked about. */
const bySuffix = new WeakMap<Mesh, ReadonlyMap<string, string>>();

function wildcards(mesh: Mesh): ReadonlyMap<string, string> {
  let known = bySuffix.get(mesh);
  if (known === undefined) {
    const hosts = [...mesh.servicesByHost.keys()].filter(isWildcard);
    known = new Map(hosts.map((host) => [host.slice(1), host]));
    bySuffix.set(mesh, known);
  }
  return known;
}

/** Has any service a host that stands for many names? */
export function hasWildcards(mesh: Mesh): boolean {
  return wildcards(mesh).size > 0;
}

/** Hosts of services that stand for many names, this one among them; the longest, which says most, first. */
export function wildcardsCovering(mesh: Mesh, name: string): readonly string[] {
  const known = wildcards(mesh);
  if (known.size === 0) return [];
  const found: string[] = [];
  for (let i = 0; i < name.length; i++) {
    const host = known.get(name.slice(i));
    if (host !== undefined) found.push(host);
  }
  return found;
}
