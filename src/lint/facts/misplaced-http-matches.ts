/** http matches for a port of the service that is not HTTP; for tcp and tls rules routing is asked (misplaced-rules), which has no http rules. */
import { meshGateway } from '../../mesh/index.ts';
import type { HttpMatchRequest, Resource } from '../../resource/index.ts';
import type { Call } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { plainCall, portsBehind, type SpokenPort, speaksHttp } from './route-protocol.ts';

/** call: a connection to the port. alone: no match of its rule is for another port. */
export type MisplacedHttpMatch = {
  readonly match: HttpMatchRequest;
  readonly port: SpokenPort;
  readonly call: Call;
  readonly alone: boolean;
};

/** ports: those of all services that the VirtualService is for. */
export function* misplacedHttpMatches(
  service: Resource<'VirtualService'>,
  ports: readonly SpokenPort[],
  facts: Facts,
): Iterable<MisplacedHttpMatch> {
  if (!dialsKnownHosts(service, facts)) return;
  for (const rule of service.spec.http ?? []) {
    const match = rule.match ?? [];
    const found = match.flatMap((one) => {
      const misplaced = misplacedPort(service, one.port ?? 0, ports, facts);
      return misplaced === null ? [] : [{ match: one, ...misplaced }];
    });
    for (const one of found) yield { ...one, alone: found.length === match.length };
  }
}

/** Those that no request meets, by index: a finding about their ports says so (http-route-on-tcp-port, route-on-udp-port). */
export function unmetHttpRules(
  service: Resource<'VirtualService'>,
  facts: Facts,
): ReadonlySet<number> {
  const ports = portsBehind(service, facts);
  const rules = service.spec.http ?? [];
  if (ports.length === 0 || !dialsKnownHosts(service, facts)) return new Set();
  if (!ports.some(speaksHttp)) return new Set(rules.keys());
  const unmet = rules.flatMap(({ match = [] }, i) => {
    const misplaced = match.filter((one) => misplacedPort(service, one.port ?? 0, ports, facts));
    return match.length > 0 && misplaced.length === match.length ? [i] : [];
  });
  return new Set(unmet);
}

/**
 * Is it for sidecars alone, and every host of it a service here? The listener of a Gateway's server may have another port; a host that
 * is no service may have any, and is looked for on every HTTP port.
 */
export function dialsKnownHosts(service: Resource<'VirtualService'>, facts: Facts): boolean {
  const { hosts, gateways } = facts.routes().boundTo(service);
  return (
    gateways.every((name) => name === meshGateway) &&
    hosts.every((host) => facts.mesh.servicesByHost.has(host))
  );
}

function misplacedPort(
  service: Resource<'VirtualService'>,
  wanted: number,
  ports: readonly SpokenPort[],
  facts: Facts,
): Pick<MisplacedHttpMatch, 'port' | 'call'> | null {
  const meant = wanted === 0 ? [] : ports.filter(({ port }) => port.number === wanted);
  const [port] = meant;
  if (port === undefined || meant.some(speaksHttp)) return null;
  const protocol = port.portClass === 'tls' ? 'tls' : 'tcp';
  const call = plainCall(port, protocol, service.namespace);
  return facts.routes().ask(call).outcome === 'http' ? null : { port, call };
}
