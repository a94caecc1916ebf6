/**
 * Which tcp or tls rule a waypoint has for a port of a service (`core/listener_waypoint.go:getWaypointTCPRoutes`). It is chosen once
 * for the port, whoever the client is, whatever the address and the server name.
 */
import { hostsOverlap, type Mesh, type MeshService, meshGateway } from '../mesh/index.ts';
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import type { RuleSource } from './listener.ts';
import { type L4Match, staticMatch } from './static-match.ts';

type Rule = TcpRoute | TlsRoute;
type List = 'tcp' | 'tls';

/** The rule that takes every connection; null where they go to the service itself. namespace: where the waypoint runs. */
export function ruleAtWaypoint(
  mesh: Mesh,
  namespace: string,
  service: MeshService,
  port: number,
): RuleSource | null {
  const candidates = mesh.virtualServices
    .visibleTo(namespace, meshGateway)
    .filter((one) => one.namespace === namespace || one.namespace === service.namespace)
    .filter(({ hosts }) => hosts.some((host) => hostsOverlap(host, service.host)));
  // The tls rules of all come before any tcp rule.
  for (const list of ['tls', 'tcp'] as const)
    for (const virtualService of candidates) {
      const rules: readonly Rule[] = virtualService.resource.spec[list] ?? [];
      const rule = rules.find((one) =>
        holdsAtWaypoint(list, one, virtualService.namespace, service, port),
      );
      // Without a route the next VirtualService is looked at, and no other rule of this one.
      const route = rule?.route ?? [];
      if (rule !== undefined && route.length > 0) return { virtualService, rule, route };
    }
  return null;
}

/** Would the rule take the connections to the port, if none came before it? */
export function holdsAtWaypoint(
  list: List,
  rule: Rule,
  ruleNamespace: string,
  service: MeshService,
  port: number,
): boolean {
  const match: readonly L4Match[] = rule.match ?? [];
  const context = { namespace: '', labels: {}, port };
  return (
    match.length === 0 ||
    match.some(
      (one) =>
        (list === 'tcp' || namesService('sniHosts' in one ? one.sniHosts : [], service)) &&
        staticMatch(one, context, ruleNamespace),
    )
  );
}

/** Server names are not looked at: a match is taken for one that asks for the service if the full name of the service is all that it has. */
export function namesService(
  sniHosts: readonly string[] | undefined,
  { host }: MeshService,
): boolean {
  return sniHosts?.length === 1 && sniHosts[0] === host;
}
