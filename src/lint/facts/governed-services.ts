/** Which services of the mesh a DestinationRule is for. */
import { hostsOverlap, type MeshService } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import { expandHost } from './host-name.ts';

export function governedServices(
  rule: Resource<'DestinationRule'>,
  { mesh, options }: Facts,
): readonly MeshService[] {
  const host = expandHost(rule.spec.host ?? '', rule.namespace, options.clusterDomain);
  return host.startsWith('*')
    ? mesh.services.filter((service) => hostsOverlap(host, service.host))
    : (mesh.servicesByHost.get(host) ?? []);
}
