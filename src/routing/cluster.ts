/** Clusters: whether the one that a destination names exists for a proxy, and which endpoints it has. */
import { parseAddress } from '../address/index.ts';
import {
  classOf,
  endpointsOf,
  endpointsOfPort,
  labelsMatch,
  type MergedDestinationRule,
  type MergedSubset,
  type Mesh,
  type MeshEndpoint,
  type MeshPort,
  type MeshService,
  ruleForClient,
} from '../mesh/index.ts';
import type { OutlierDetection, Resource, TrafficPolicy } from '../resource/index.ts';
import type { Labels } from './call.ts';
import { withoutDraining } from './draining.ts';
import { type PolicyBlocks, policyFor } from './traffic-policy.ts';

/** The proxy that asks. */
export type ProxyView = {
  readonly mesh: Mesh;
  readonly kind: 'sidecar' | 'gateway' | 'waypoint' | 'ztunnel';
  readonly namespace: string;
  readonly labels: Labels;
  readonly services: ReadonlyMap<string, MeshService>;
  /** Of the workload that the proxy belongs to; null where that is not known. */
  readonly nodeName: string | null;
};

/**
 * unready: how many endpoints were left out because they are not ready.
 * original-dst: to the address that the client dialled; port: Envoy then replaces the port with this one, null where it does not.
 */
export type Discovery =
  | {
      readonly kind: 'endpoints';
      readonly endpoints: readonly MeshEndpoint[];
      readonly unready: number;
    }
  | { readonly kind: 'original-dst'; readonly port: number | null }
  | { readonly kind: 'by-request' };

export type MissingReason =
  | 'unknown-host'
  | 'unknown-port'
  | 'unknown-subset'
  | 'not-referenced'
  | 'no-endpoints-by-name'
  | 'no-labelled-endpoints-by-name';

export type Cluster =
  | {
      readonly exists: true;
      readonly service: MeshService;
      readonly port: MeshPort;
      readonly subset: MergedSubset | null;
      readonly rule: MergedDestinationRule | null;
      readonly discovery: Discovery;
    }
  | {
      readonly exists: false;
      readonly reason: MissingReason;
      readonly service: MeshService | null;
      readonly rule: MergedDestinationRule | null;
    };

export function clusterName(host: string, port: number, subset: string): string {
  return `outbound|${port}|${subset}|${host}`;
}

/** The DestinationRule that counts for a service and this proxy. */
export function destinationRuleFor(
  view: ProxyView,
  service: MeshService,
): MergedDestinationRule | null {
  const searches = view.mesh.destinationRules.search(
    service.host,
    service.namespace,
    view.namespace,
  );
  return ruleForClient(searches.at(-1)?.rules ?? [], view.namespace, view.labels);
}

/** Have both the same service and DestinationRule for a host? Whatever clusters of it one has, the other has too. */
export function sameClusters(one: ProxyView, other: ProxyView, host: string): boolean {
  const service = one.services.get(host);
  if (one.kind !== other.kind || one.nodeName !== other.nodeName) return false;
  if (service !== other.services.get(host)) return false;
  return (
    service === undefined || destinationRuleFor(one, service) === destinationRuleFor(other, service)
  );
}

const clusters = new WeakMap<ProxyView, Map<string, Cluster>>();

/** The cluster of a name, worked out once for a proxy. */
export function findCluster(view: ProxyView, host: string, port: number, subset: string): Cluster {
  let known = clusters.get(view);
  if (known === undefined) {
    known = new Map();
    clusters.set(view, known);
  }
  const name = clusterName(host, port, subset);
  let cluster = known.get(name);
  if (cluster === undefined) {
    cluster = makeCluster(view, host, port, subset);
    known.set(name, cluster);
  }
  return cluster;
}

/** `cluster.go:buildOutboundClusters`, `cluster_builder.go:buildSubsetCluster`. */
function makeCluster(view: ProxyView, host: string, port: number, subset: string): Cluster {
  const service = view.services.get(host) ?? null;
  if (service === null || service.resolution === 'alias')
    return { exists: false, reason: 'unknown-host', service, rule: null };
  const rule = destinationRuleFor(view, service);
  const missing = (reason: MissingReason): Cluster => ({ exists: false, reason, service, rule });
  const servicePort = service.ports.find(
    ({ number, protocol }) => number === port && classOf(protocol) !== 'udp',
  );
  if (servicePort === undefined) return missing('unknown-port');
  const resolved = byResolution(view, service, servicePort);
  const plain = plainDiscovery(service, servicePort, resolved, rule?.trafficPolicy);
  if (plain === null) return missing('no-endpoints-by-name');
  const found = { exists: true, service, port: servicePort, rule } as const;
  if (subset === '') return { ...found, subset: null, discovery: plain };
  const merged = rule?.subsets.get(subset);
  if (merged === undefined) return missing('unknown-subset');
  const discovery =
    plain.kind === 'endpoints'
      ? subsetDiscovery(service, servicePort, resolved, merged, rule?.trafficPolicy)
      : plain;
  if (discovery === null) return missing('no-labelled-endpoints-by-name');
  return { ...found, subset: merged, discovery };
}

/** Null: a cluster by name without endpoints, which Istio does not make. */
function plainDiscovery(
  service: MeshService,
  port: MeshPort,
  resolved: Discovery,
  policy: TrafficPolicy | undefined,
): Discovery | null {
  if (resolved.kind === 'endpoints' && isByName(service) && resolved.endpoints.length === 0)
    return null;
  return underPolicy(service, resolved, policyFor(port.number, policy, undefined));
}

/** What the settings that count for a cluster make of its endpoints. */
function underPolicy(
  service: MeshService,
  discovery: Discovery,
  { loadBalancer, outlierDetection }: PolicyBlocks,
): Discovery {
  if (goesWhereDialled(loadBalancer?.simple))
    return discovery.kind === 'original-dst' ? discovery : { kind: 'original-dst', port: null };
  if (discovery.kind !== 'endpoints' || !leavesUnreadyOut(service, outlierDetection))
    return discovery;
  const endpoints = discovery.endpoints.filter(({ healthy }) => healthy);
  return { kind: 'endpoints', endpoints, unready: discovery.endpoints.length - endpoints.length };
}

/**
 * Pods that are not ready are sent along, for Envoy to take when no ready one is left; not where its panic threshold is on, which
 * would take them sooner, unless the choice by zone or node needs to know of them (`endpoint_builder.go:supportsUnhealthyEndpoints`).
 */
function leavesUnreadyOut(
  { resource }: MeshService,
  outlierDetection: OutlierDetection | undefined,
): boolean {
  if ((outlierDetection?.minHealthPercent ?? 0) <= 0) return false;
  return resource.kind !== 'Service' || !prefersNear(resource);
}

const nearest = ['preferclose', 'prefersamezone', 'prefersamenode'];

/** `service.go:GetTrafficDistribution`. */
function prefersNear({ spec, metadata }: Resource<'Service'>): boolean {
  const annotation = metadata.annotations?.['networking.istio.io/traffic-distribution'] ?? '';
  return (
    ['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(spec.trafficDistribution ?? '') ||
    nearest.includes(annotation.toLowerCase())
  );
}

/** Where its endpoints are, whatever a DestinationRule says. */
export function byResolution(view: ProxyView, service: MeshService, port: MeshPort): Discovery {
  if (service.resolution === 'dynamic-dns') return { kind: 'by-request' };
  if (service.resolution === 'passthrough' && view.kind !== 'gateway')
    return { kind: 'original-dst', port: overriddenPort(service, port) };
  const { host, namespace } = service;
  const listed = isByName(service)
    ? endpointsOfPort(view.mesh, host, namespace, port.number)
    : endpointsOf(view.mesh, host, namespace).filter(
        (endpoint) =>
          endpoint.portName === port.name &&
          isDialable(endpoint) &&
          isNear(view, service, endpoint.workload),
      );
  return { kind: 'endpoints', endpoints: withoutDraining(listed, service), unready: 0 };
}

/** internalTrafficPolicy Local keeps to the client's node, where both nodes are known; a WorkloadEntry is on none. */
function isNear(
  { nodeName }: ProxyView,
  { resource }: MeshService,
  workload: MeshEndpoint['workload'],
): boolean {
  if (resource.kind !== 'Service' || resource.spec.internalTrafficPolicy !== 'Local') return true;
  if (workload === null) return false;
  const other = workload.nodeName;
  return nodeName === null || other === null || nodeName === other;
}

/**
 * A ServiceEntry that passes connections through may send them to another port. A port that the record has from another entry for
 * its host comes without that (`cluster_builder.go:buildCluster`, `serviceentry/conversion.go:convertServices`).
 */
function overriddenPort({ resource }: MeshService, { number }: MeshPort): number | null {
  if (resource.kind !== 'ServiceEntry') return null;
  const own = resource.spec.ports?.find((port) => port.number === number);
  return own?.targetPort || null;
}

function isByName({ resolution }: MeshService): boolean {
  return resolution === 'dns' || resolution === 'dns-round-robin';
}

/** Names are left out, and a socket's path where a Service gives it a port (`endpoint_builder.go:BuildClusterLoadAssignment`). */
function isDialable({ address, port }: MeshEndpoint): boolean {
  return parseAddress(address) !== null || (address.startsWith('unix:') && port === 0);
}

function goesWhereDialled(simple: string | undefined): boolean {
  return simple === 'PASSTHROUGH';
}

function subsetDiscovery(
  service: MeshService,
  port: MeshPort,
  resolved: Discovery,
  { subset }: MergedSubset,
  policy: TrafficPolicy | undefined,
): Discovery | null {
  if (resolved.kind !== 'endpoints') return resolved;
  const labels = subset.labels ?? {};
  const endpoints = resolved.endpoints.filter((endpoint) => labelsMatch(labels, endpoint.labels));
  const saysSoItself = goesWhereDialled(subset.trafficPolicy?.loadBalancer?.simple);
  if (isByName(service) && endpoints.length === 0 && !saysSoItself) return null;
  const blocks = policyFor(port.number, policy, subset.trafficPolicy);
  return underPolicy(service, { kind: 'endpoints', endpoints, unready: 0 }, blocks);
}
