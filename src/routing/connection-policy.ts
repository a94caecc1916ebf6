/** Settings of a connection beside where it goes: whose DestinationRule speaks for it, and what its clusters ask for. */
import type { MergedDestinationRule } from '../mesh/index.ts';
import { ambientShares } from './ambient-destination.ts';
import type { Call } from './call.ts';
import { destinationRuleFor, findCluster } from './cluster.ts';
import type { Compiled, CompiledAmbient } from './compile.ts';
import { decide, targetFor } from './decide.ts';
import { decideAmbient } from './decide-ambient.ts';
import { clusterRefOf } from './destination.ts';
import { type PolicyBlocks, policyFor } from './traffic-policy.ts';
import type { DestinationShare } from './verdict.ts';

/**
 * None for a client in ambient mode without a waypoint. rule: of the destination that is listed first, whatever its weight: its top-level idleTimeout, maxConnectionDuration and
 * source-address hash count for every connection of the chain (`networkfilter.go`). subset: of a single destination, else ''.
 */
export type ConnectionPolicy = {
  readonly rule: MergedDestinationRule | null;
  readonly subset: string;
};

export function connectionPolicyFor(compiled: Compiled, call: Call): ConnectionPolicy {
  const { view } = compiled;
  if (compiled.kind === 'ambient') return ambientConnectionPolicy(compiled, call);
  const { taker } = decide(compiled, call);
  // What goes to a Sidecar's egressProxy has no settings of that host (`listener_builder.go:buildOutboundCatchAllNetworkFiltersOnly`).
  if (taker === 'egress-proxy') return { rule: null, subset: '' };
  const target = targetFor(compiled, taker);
  if (target === null || target.kind === 'http') return { rule: null, subset: '' };
  if (target.kind !== 'rule') {
    const host = target.kind === 'service' ? target.service.host : target.host;
    const subset = target.kind === 'service' ? '' : target.subset;
    return { rule: ruleOfHost(compiled, host), subset };
  }
  const { route, virtualService } = target.source;
  const first = route[0]?.destination;
  if (first === undefined) return { rule: null, subset: '' };
  // An ExternalName's own DestinationRule counts here, though its connections go to the clusters of what it names.
  const ref = clusterRefOf(view, first, virtualService.namespace, target.listenPort, false);
  return { rule: ruleOfHost(compiled, ref.host), subset: route.length === 1 ? ref.subset : '' };
}

function ruleOfHost({ view }: Compiled, host: string): MergedDestinationRule | null {
  const service = view.services.get(host);
  return service === undefined ? null : destinationRuleFor(view, service);
}

/**
 * blocks: what the level rules leave for the cluster. toDialled: it goes to the dialled address and has no endpoints of its own.
 * upstreamPort: replaces the dialled port there (ServiceEntry without resolution, with targetPort), null where nothing does.
 */
export type ClusterPolicy = {
  readonly rule: MergedDestinationRule | null;
  readonly blocks: PolicyBlocks;
  readonly toDialled: boolean;
  readonly upstreamPort: number | null;
  /** The proxy that has the cluster, one for all clients; null where it is the client's own. */
  readonly waypoint: string | null;
};

/** Of one of the call's destinations; null for a cluster that does not exist. */
export function clusterPolicyFor(
  compiled: Compiled,
  call: Call,
  share: DestinationShare,
): ClusterPolicy | null {
  if (compiled.kind === 'ambient') return ambientPolicy(compiled, call, share);
  const { view } = compiled;
  const { host, port, subset } = share;
  const cluster = findCluster(view, host, port, subset);
  if (!cluster.exists) return null;
  const { rule, discovery } = cluster;
  return {
    rule,
    blocks: policyFor(
      port,
      rule?.trafficPolicy,
      cluster.subset?.subset.trafficPolicy,
      view.mesh.config.defaultTrafficPolicy,
    ),
    toDialled: discovery.kind === 'original-dst',
    upstreamPort: discovery.kind === 'original-dst' ? discovery.port : null,
    waypoint: null,
  };
}

/** A ztunnel reads no DestinationRule; a waypoint those of its services (`cluster_waypoint.go:buildWaypointInboundVIPCluster`). */
function ambientPolicy(
  compiled: CompiledAmbient,
  call: Call,
  { cluster: name, port }: DestinationShare,
): ClusterPolicy | null {
  const decision = decideAmbient(compiled, call);
  const shares = ambientShares(compiled, call, decision);
  const found = shares.find(({ share }) => share.cluster === name)?.cluster;
  if (found?.exists !== true) return null;
  const { discovery, subset } = found;
  const waypoint = decision.binding?.waypoint ?? null;
  const rule = waypoint === null ? null : found.rule;
  const toDialled = discovery.kind === 'original-dst';
  return {
    rule,
    blocks: policyFor(port, rule?.trafficPolicy, subset?.subset.trafficPolicy),
    toDialled,
    upstreamPort: toDialled ? discovery.port : null,
    waypoint: waypoint === null ? null : `waypoint ${waypoint.namespace}/${waypoint.name}`,
  };
}

/** Of the destination that is listed first (`listener_waypoint.go:buildWaypointInboundTCPFilters`). */
function ambientConnectionPolicy(compiled: CompiledAmbient, call: Call): ConnectionPolicy {
  const decision = decideAmbient(compiled, call);
  if ((decision.binding?.waypoint ?? null) === null) return noPolicy;
  const [first, ...others] = ambientShares(compiled, call, decision);
  if (first === undefined || !first.cluster.exists) return noPolicy;
  return { rule: first.cluster.rule, subset: others.length === 0 ? first.share.subset : '' };
}

const noPolicy: ConnectionPolicy = { rule: null, subset: '' };
