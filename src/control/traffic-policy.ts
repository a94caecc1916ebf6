/**
 * What a DestinationRule's settings are to the data plane: which of them count, routing says; here they become what Istio hands to
 * Envoy (`cluster_traffic_policy.go`).
 */
import type { Mesh } from '../mesh/index.ts';
import {
  type ClusterConfig,
  type ConnectionLimits,
  defaultClusterConfig,
  defaultLimits,
  defaultOutlierDetection,
  type LoadBalancerPolicy,
} from '../proxy/index.ts';
import type {
  ConnectionPoolSettings,
  LoadBalancerSettings,
  OutlierDetection,
  TcpKeepalive,
} from '../resource/index.ts';
import type { ClusterPolicy, ConnectionPolicy, PolicyBlocks } from '../routing/index.ts';

/** Envoy's ring is never smaller than this where Istio says nothing else. */
const ringSizeDefault = 1024;
const maglevSizeDefault = 65_537;

/** What a cluster asks for; null: it has no DestinationRule, or there is no such cluster. meshConfig: for what that leaves open. */
export function clusterSettings(
  policy: ClusterPolicy | null,
  subset: string,
  meshConfig: Pick<Mesh['config'], 'connectTimeoutMs' | 'tcpKeepalive'>,
): Omit<ClusterConfig, 'name' | 'endpoints'> {
  const blocks: Partial<PolicyBlocks> = policy?.blocks ?? {};
  return {
    ...defaultClusterConfig,
    ...poolSettings(blocks.connectionPool, meshConfig),
    loadBalancer: loadBalancerPolicy(blocks.loadBalancer),
    outlierDetection: outlierDetection(blocks.outlierDetection),
    panicThreshold: blocks.outlierDetection?.minHealthPercent ?? 0,
    proxyProtocol: proxyProtocol(policy, subset),
  };
}

/** Of the cluster for what nothing in the mesh takes: it has the mesh's limits, and nothing to eject (`buildDefaultPassthroughCluster`). */
export function passthroughSettings(
  meshConfig: Mesh['config'],
): Omit<ClusterConfig, 'name' | 'endpoints'> {
  const { connectionPool } = meshConfig.defaultTrafficPolicy;
  return { ...defaultClusterConfig, ...poolSettings(connectionPool, meshConfig) };
}

function poolSettings(
  pool: ConnectionPoolSettings | undefined,
  meshConfig: Pick<Mesh['config'], 'connectTimeoutMs' | 'tcpKeepalive'>,
): Pick<
  ClusterConfig,
  'maxConnections' | 'maxPendingConnections' | 'connectTimeoutMs' | 'tcpKeepalive'
> {
  const { tcp, http } = pool ?? {};
  return {
    maxConnections: positive(tcp?.maxConnections) ?? defaultClusterConfig.maxConnections,
    // Istio hands it to every cluster, and Envoy's TCP pool asks for it before each connect (`conn_pool_base.cc:newStreamImpl`).
    maxPendingConnections:
      positive(http?.http1MaxPendingRequests) ?? defaultClusterConfig.maxPendingConnections,
    connectTimeoutMs: positive(tcp?.connectTimeout) ?? meshConfig.connectTimeoutMs,
    tcpKeepalive: keepalive(meshConfig.tcpKeepalive, tcp?.tcpKeepalive),
  };
}

/** Idle timeout and maximum duration: of the first listed destination's rule, top level only. */
export function connectionLimits({ rule }: ConnectionPolicy): ConnectionLimits {
  const tcp = rule?.trafficPolicy?.connectionPool?.tcp;
  return {
    idleTimeoutMs: tcp?.idleTimeout ?? defaultLimits.idleTimeoutMs,
    maxConnectionDurationMs: tcp?.maxConnectionDuration ?? defaultLimits.maxConnectionDurationMs,
  };
}

/** Does a hash policy have the client's address as its key? */
export function hashesSourceIp({ rule, subset }: ConnectionPolicy): boolean {
  const own = rule?.subsets.get(subset)?.subset.trafficPolicy?.loadBalancer;
  const balancer = own ?? rule?.trafficPolicy?.loadBalancer;
  return balancer?.consistentHash?.useSourceIp === true;
}

function loadBalancerPolicy(settings: LoadBalancerSettings | undefined): LoadBalancerPolicy {
  const hash = settings?.consistentHash;
  if (hash !== undefined) {
    if (hash.maglev !== undefined)
      return { kind: 'maglev', tableSize: positive(hash.maglev.tableSize) ?? maglevSizeDefault };
    const size = positive(hash.ringHash?.minimumRingSize) ?? positive(hash.minimumRingSize);
    return { kind: 'ring-hash', minimumRingSize: size ?? ringSizeDefault };
  }
  switch (settings?.simple) {
    case 'ROUND_ROBIN':
      return { kind: 'round-robin' };
    case 'RANDOM':
      return { kind: 'random' };
    default:
      return { kind: 'least-request' };
  }
}

/** The one block that is mixed, field by field (`cluster.go:applyTCPKeepalive`). */
function keepalive(
  ofMesh: TcpKeepalive | undefined,
  own: TcpKeepalive | undefined,
): ClusterConfig['tcpKeepalive'] {
  if (ofMesh === undefined && own === undefined) return undefined;
  return {
    time: seconds(own?.time ?? ofMesh?.time),
    interval: seconds(own?.interval ?? ofMesh?.interval),
    probes: positive(own?.probes) ?? positive(ofMesh?.probes),
  };
}

function outlierDetection(set: OutlierDetection | undefined): ClusterConfig['outlierDetection'] {
  if (set === undefined) return undefined;
  const defaults = defaultOutlierDetection;
  return {
    ...defaults,
    consecutive5xxErrors: set.consecutive5xxErrors ?? defaults.consecutive5xxErrors,
    consecutiveGatewayErrors: set.consecutiveGatewayErrors ?? defaults.consecutiveGatewayErrors,
    splitExternalLocalOriginErrors:
      set.splitExternalLocalOriginErrors ?? defaults.splitExternalLocalOriginErrors,
    consecutiveLocalOriginFailures:
      set.consecutiveLocalOriginFailures ?? defaults.consecutiveLocalOriginFailures,
    intervalMs: positive(set.interval) ?? defaults.intervalMs,
    baseEjectionTimeMs: positive(set.baseEjectionTime) ?? defaults.baseEjectionTimeMs,
    maxEjectionPercent: positive(set.maxEjectionPercent) ?? defaults.maxEjectionPercent,
  };
}

/** No block: a port-level entry cannot have it, and nothing resets it. */
function proxyProtocol(
  policy: ClusterPolicy | null,
  subset: string,
): ClusterConfig['proxyProtocol'] {
  const own = policy?.rule?.subsets.get(subset)?.subset.trafficPolicy?.proxyProtocol;
  const written = own ?? policy?.rule?.trafficPolicy?.proxyProtocol;
  return written === undefined ? undefined : written.version === 'V2' ? 2 : 1;
}

/** Sub-second parts are cut off, as Istio hands whole seconds to Envoy. */
function seconds(milliseconds: number | undefined): number | undefined {
  return positive(milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000));
}

function positive(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}
