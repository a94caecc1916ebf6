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
 * None for a client in ambient mode. rule: of the destination that is listed first, whatever its weight: its top-level idleTimeout, maxConnectionDuration and
 * source-address hash count for every connection of the chain (`networkfilter.go`). subset: of a single destination, else ''.
 */
export type ConnectionPolicy = {
  readonly rule: MergedDestinationRule | null;
  readonly subset: string;
};

export function connectionPolicyFor(compiled: Compiled, call: Call): ConnectionPolicy {
  const { view } = compiled;
  if (compiled.kind === 'ambient') return { rule: null, subset: '' };
  const target = targetFor(compiled, decide(compiled, call).taker);
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
};

/** Of one of the call's destinations; null for a cluster that does not exist. In ambient mode without the settings of a waypoint. */
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
  };
}

/** A ztunnel reads no DestinationRule. */
function ambientPolicy(
  compiled: CompiledAmbient,
  call: Call,
  { cluster: name }: DestinationShare,
): ClusterPolicy | null {
  const shares = ambientShares(compiled, call, decideAmbient(compiled, call));
  const found = shares.find(({ share }) => share.cluster === name)?.cluster;
  if (found?.exists !== true) return null;
  const { discovery } = found;
  const toDialled = discovery.kind === 'original-dst';
  return {
    rule: null,
    blocks: policyFor(0, undefined, undefined),
    toDialled,
    upstreamPort: toDialled ? discovery.port : null,
  };
}
