/** Where a connection in ambient mode ends: at what its waypoint sends to, or at an endpoint that the ztunnel itself takes. */
import type { Call } from './call.ts';
import { byResolution, type Discovery, endpointsFor } from './cluster.ts';
import type { CompiledAmbient } from './compile.ts';
import type { AmbientDecision } from './decide-ambient.ts';
import type { ChainTarget } from './listener.ts';
import type { DestinationShare } from './verdict.ts';
import { type WaypointShare, waypointShares, waypointView } from './waypoint-destination.ts';

export function ambientShares(
  compiled: CompiledAmbient,
  { to }: Call,
  { ip, target, binding }: AmbientDecision,
): readonly WaypointShare[] {
  if (target === null) return [];
  const address = ip === null ? null : { ip, port: to.port };
  if (binding !== null && binding.waypoint !== null)
    return waypointShares(waypointView(compiled.mesh, binding.waypoint), target, address);
  return target.kind === 'service' ? [ztunnelShare(compiled, target)] : [];
}

/** The ztunnel takes endpoints that are ready, and knows no DestinationRule. Services it calls `namespace/host`. */
function ztunnelShare(
  { view }: CompiledAmbient,
  { service, port }: ChainTarget & { readonly kind: 'service' },
): WaypointShare {
  const { host, namespace } = service;
  const plain = service.ports.find(({ number }) => number === port);
  const common = { host, subset: '', port, weight: undefined, share: 1 } as const;
  const name = `${namespace}/${host}:${port}`;
  if (plain === undefined) {
    const cluster = { exists: false, reason: 'unknown-port', service, rule: null } as const;
    const share: DestinationShare = {
      ...common,
      cluster: name,
      endpoints: [],
      problem: 'no-such-cluster',
    };
    return { share, cluster, view };
  }
  const resolved = byResolution(view, service, plain);
  const discovery = resolved.kind === 'endpoints' ? readyOnes(resolved) : resolved;
  const cluster = {
    exists: true,
    service,
    port: plain,
    subset: null,
    rule: null,
    discovery,
  } as const;
  const endpoints = endpointsFor(cluster, null);
  const problem = endpoints.length === 0 ? 'no-endpoints' : null;
  return { share: { ...common, cluster: name, endpoints, problem }, cluster, view };
}

function readyOnes({ kind, endpoints }: Discovery & { readonly kind: 'endpoints' }): Discovery {
  const ready = endpoints.filter(({ healthy }) => healthy);
  return { kind, endpoints: ready, unready: endpoints.length - ready.length };
}
