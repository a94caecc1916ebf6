/**
 * Which tcp or tls rule a waypoint has for a port of a service (`core/listener_waypoint.go:getWaypointTCPRoutes`). It is chosen once
 * for the port, whoever the client is, whatever the address and the server name.
 */
import {
  hostsOverlap,
  type Mesh,
  type MeshService,
  type MeshVirtualService,
  meshGateway,
} from '../mesh/index.ts';
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import type { RuleSource } from './listener.ts';
import { type L4Match, type MatchContext, staticMatch } from './static-match.ts';

type Rule = TcpRoute | TlsRoute;
type List = 'tcp' | 'tls';

/** result: no-route: it holds and has no route, so that the next VirtualService is looked at, and no other rule of this one. */
export type WaypointVisit = {
  readonly virtualService: MeshVirtualService;
  readonly list: List;
  readonly rule: Rule;
  readonly result: 'taken' | 'no-match' | 'no-route';
};

/** candidates: the VirtualServices that it reads for the service. visits: the rules that were looked at, as they were. */
export type WaypointChoice = {
  readonly candidates: readonly MeshVirtualService[];
  readonly visits: readonly WaypointVisit[];
  readonly taken: RuleSource | null;
};

/** The rule that takes every connection; null where they go to the service itself. namespace: where the waypoint runs. */
export function ruleAtWaypoint(
  mesh: Mesh,
  namespace: string,
  service: MeshService,
  port: number,
): RuleSource | null {
  return chooseAtWaypoint(mesh, namespace, service, port).taken;
}

/** `core/listener_waypoint.go:getVirtualServiceForWaypoint,getTLSRouteMatch,getTCPRouteMatch`. */
export function chooseAtWaypoint(
  mesh: Mesh,
  namespace: string,
  service: MeshService,
  port: number,
): WaypointChoice {
  const candidates = mesh.virtualServices
    .visibleTo(namespace, meshGateway)
    .filter((one) => isReadAtWaypoint(one, namespace, service))
    .filter(({ hosts }) => hosts.some((host) => hostsOverlap(host, service.host)));
  const visits: WaypointVisit[] = [];
  // The tls rules of all come before any tcp rule.
  for (const list of ['tls', 'tcp'] as const)
    for (const virtualService of candidates) {
      const rules: readonly Rule[] = virtualService.resource.spec[list] ?? [];
      for (const rule of rules) {
        const holds = holdsAtWaypoint(list, rule, virtualService.namespace, service, port);
        const route = rule.route ?? [];
        const result = !holds ? 'no-match' : route.length === 0 ? 'no-route' : 'taken';
        visits.push({ virtualService, list, rule, result });
        if (result === 'taken')
          return { candidates, visits, taken: { virtualService, rule, route } };
        if (result === 'no-route') break;
      }
    }
  return { candidates, visits, taken: null };
}

/** Only those of its own namespace and of the service's. */
export function isReadAtWaypoint(
  { namespace: home }: Pick<MeshVirtualService, 'namespace'>,
  namespace: string,
  service: MeshService,
): boolean {
  return home === namespace || home === service.namespace;
}

/** A waypoint does not know who the client is. */
export const waypointContext = (port: number): MatchContext => ({
  namespace: '',
  labels: {},
  port,
});

/** Would the rule take the connections to the port, if none came before it? */
export function holdsAtWaypoint(
  list: List,
  rule: Rule,
  ruleNamespace: string,
  service: MeshService,
  port: number,
): boolean {
  const match: readonly L4Match[] = rule.match ?? [];
  const context = waypointContext(port);
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
