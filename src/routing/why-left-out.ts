/** Why a VirtualService has no rules for a service, as far as sidecars and waypoints look at the same. */
import {
  hostsOverlap,
  type MeshService,
  type MeshVirtualService,
  meshGateway,
} from '../mesh/index.ts';
import type { Reason } from './reason.ts';

export type WhyLeftOut = { readonly reason: Reason; readonly message: string };

/** whom: for whom it is not, where it is for gateways alone. Null where that is not why. */
export function whyNotForService(
  { hosts, gateways }: MeshVirtualService,
  service: MeshService,
  whom: string,
): WhyLeftOut | null {
  if (hosts.length === 0)
    return { reason: 'delegate', message: 'has no hosts: a delegate applies nowhere by itself' };
  if (!hosts.some((host) => hostsOverlap(host, service.host)))
    return { reason: 'host', message: `is for ${hosts.join(', ')}, not ${service.host}` };
  if (gateways.includes(meshGateway)) return null;
  return { reason: 'gateways', message: `is for ${gateways.join(', ')}, not for ${whom}` };
}
