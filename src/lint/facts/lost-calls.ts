/** What becomes of what is sent to a destination that is not there, in the words of its protocol. */
import type { Severity } from '../../diagnostic/index.ts';
import { classOf, type MeshPort, meshGateway } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { DestinationUse } from './destinations.ts';
import type { Facts } from './facts.ts';
import { servicesAtWaypoint } from './waypoint-rules.ts';

/** so: of what goes there. each: the same as a reason. */
export type Loss = { readonly so: string; readonly each: string; readonly severity: Severity };

const ofConnections: Loss = {
  so: 'connections to it are closed at once',
  each: 'every connection that takes the route is accepted and closed at once',
  severity: 'error',
};

const ofRequests: Loss = {
  so: 'requests to it are answered 503',
  each: 'every request that takes the route is answered 503',
  severity: 'error',
};

const ofCopies: Loss = {
  so: 'what is mirrored to it is lost',
  each: 'the copies that are mirrored to it are lost, and the requests themselves go where the route says',
  severity: 'error',
};

export function lossOf(
  { protocol, entry }: DestinationUse,
  service: Resource<'VirtualService'>,
  facts: Facts,
): Loss {
  const loss = protocol !== 'http' ? ofConnections : entry === null ? ofCopies : ofRequests;
  if (!isReadByNobody(service, facts)) return loss;
  return {
    so: 'as no waypoint reads the route, nothing is sent there',
    each: `as soon as a waypoint reads the route, ${loss.each}`,
    severity: 'warning',
  };
}

/** In ambient mode, of services without a waypoint, or with one that does not look where it is. */
function isReadByNobody(service: Resource<'VirtualService'>, facts: Facts): boolean {
  if (facts.options.mode !== 'ambient') return false;
  const { gateways, services } = facts.routes().boundTo(service);
  return (
    gateways.every((name) => name === meshGateway) &&
    services.length > 0 &&
    servicesAtWaypoint(service, services, facts).length === 0
  );
}

/** Of routes that may be http or not, by the ports that they would be for; nobody is routed to one of UDP. */
export function lossAtPorts(ports: readonly MeshPort[]): Loss {
  const classes = new Set(ports.map(({ protocol }) => classOf(protocol)));
  classes.delete('udp');
  if (!classes.has('http') && !classes.has('auto')) return ofConnections;
  if (classes.size === 1 && classes.has('http')) return ofRequests;
  return {
    so: `${ofConnections.so}, HTTP requests answered 503`,
    each: `${ofConnections.each}, or a request answered 503`,
    severity: 'error',
  };
}
