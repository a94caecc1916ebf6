/** Where a connection in ambient mode ends: at what its waypoint sends to, or at an endpoint that the ztunnel itself takes. */

import type { MeshPort, MeshService } from '../mesh/index.ts';
import type { Call } from './call.ts';
import { byResolution, type Discovery } from './cluster.ts';
import { endpointsFor } from './cluster-endpoints.ts';
import type { CompiledAmbient } from './compile.ts';
import type { AmbientDecision } from './decide-ambient.ts';
import type { DestinationShare } from './verdict.ts';
import { type WaypointShare, waypointShares, waypointView } from './waypoint-destination.ts';

export function ambientShares(
  compiled: CompiledAmbient,
  { to }: Call,
  { ip, target, binding, service, port }: AmbientDecision,
): readonly WaypointShare[] {
  if (target === null) return [];
  const address = ip === null ? null : { ip, port: to.port };
  if (binding !== null && binding.waypoint !== null)
    return waypointShares(waypointView(compiled.mesh, binding.waypoint), target, address);
  return service === null || port === null ? [] : [ztunnelShare(compiled, service, port)];
}

/** The ztunnel takes endpoints that are ready, and knows no DestinationRule. Services it calls `namespace/host`. */
function ztunnelShare(
  { view }: CompiledAmbient,
  service: MeshService,
  port: MeshPort,
): WaypointShare {
  const { host, namespace } = service;
  const resolved = byResolution(view, service, port);
  const discovery = resolved.kind === 'endpoints' ? readyOnes(resolved) : resolved;
  const cluster = {
    exists: true,
    service,
    port,
    subset: null,
    rule: null,
    discovery,
  } as const;
  const endpoints = endpointsFor(cluster, null);
  const share: DestinationShare = {
    cluster: `${namespace}/${host}:${port.number}`,
    host,
    subset: '',
    port: port.number,
    weight: undefined,
    share: 1,
    endpoints,
    problem: endpoints.length === 0 ? 'no-endpoints' : null,
  };
  return { share, cluster, view };
}

function readyOnes({ kind, endpoints }: Discovery & { readonly kind: 'endpoints' }): Discovery {
  const ready = endpoints.filter(({ healthy }) => healthy);
  return { kind, endpoints: ready, unready: endpoints.length - ready.length };
}
