/**
 * The clusters of a waypoint (`core/listener_waypoint.go:getWaypointDestinationCluster`): of services that it stands before `inbound-vip`
 * ones with the protocol before the subset, of others plain `outbound` ones, and those only where a VirtualService refers to them.
 */

import { classOf, type Mesh, type MeshService, type Waypoint, waypointOf } from '../mesh/index.ts';
import type { Destination } from '../resource/index.ts';
import { type Cluster, clusterName, findCluster, type ProxyView } from './cluster.ts';
import { endpointsFor } from './cluster-endpoints.ts';
import { type ClusterRef, clusterRefOf, type Dialled, problemOf, weighted } from './destination.ts';
import { gatewayServices } from './gateway-scope.ts';
import type { ChainTarget } from './listener.ts';
import type { DestinationShare } from './verdict.ts';
import { destinationsOf } from './virtual-service-destinations.ts';

/**
 * owned: the hosts of the services behind it. inbound: what its clusters of those are made with; a workloadSelector has no say there.
 */
export type WaypointView = {
  readonly waypoint: Waypoint;
  readonly owned: ReadonlySet<string>;
  readonly inbound: ProxyView;
  readonly outbound: ProxyView;
};

export type WaypointShare = {
  readonly share: DestinationShare;
  readonly cluster: Cluster;
  readonly view: ProxyView;
};

const views = new WeakMap<Mesh, Map<string, WaypointView>>();

export function waypointView(mesh: Mesh, waypoint: Waypoint): WaypointView {
  const { name, namespace } = waypoint;
  let known = views.get(mesh);
  if (known === undefined) {
    known = new Map();
    views.set(mesh, known);
  }
  const key = `${namespace}/${name}`;
  let view = known.get(key);
  if (view === undefined) {
    const services = gatewayServices(mesh, namespace);
    const common = { mesh, kind: 'waypoint', namespace, services, nodeName: null } as const;
    const behind = mesh.services.filter(({ resource }) => {
      const other = waypointOf(mesh, resource);
      return other?.name === name && other.namespace === namespace;
    });
    view = {
      waypoint,
      owned: new Set(behind.map(({ host }) => host)),
      inbound: { ...common, labels: {} },
      outbound: { ...common, labels: { 'gateway.networking.k8s.io/gateway-name': name } },
    };
    known.set(key, view);
  }
  return view;
}

/** Of a rule, or of the service's own cluster. */
export function waypointShares(
  view: WaypointView,
  target: ChainTarget,
  dialled: Dialled,
): readonly WaypointShare[] {
  switch (target.kind) {
    case 'http':
    case 'cluster':
      return [];
    case 'service': {
      const { host } = target.service;
      const { port } = target;
      const cluster = ownCluster(view, target.service, port);
      const name = `inbound-vip|${port}|tcp|${host}`;
      const ref = { host, port, subset: '' };
      return [{ share: shareOf(name, ref, cluster, dialled), cluster, view: view.inbound }];
    }
    case 'rule': {
      const { route, virtualService } = target.source;
      const entries = weighted(route);
      const sum = entries.reduce((total, { weight }) => total + (weight ?? 0), 0);
      return entries.map(({ entry, weight }) => {
        const { destination } = entry;
        const one =
          destination === undefined
            ? unknownShare(view)
            : ruleShare(view, destination, virtualService.namespace, target.listenPort, dialled);
        const share = { ...one.share, weight, share: weight === undefined ? 1 : weight / sum };
        return { ...one, share };
      });
    }
  }
}

/**
 * Its own services a waypoint has clusters for even if they are not exported to its namespace; but then it is told of no endpoints
 * (`endpoint_builder.go:NewEndpointBuilder` asks for the service by what the proxy sees).
 */
function ownCluster({ inbound }: WaypointView, service: MeshService, port: number): Cluster {
  const { host } = service;
  if (inbound.services.has(host)) return findCluster(inbound, host, port, '');
  const seen = { ...inbound, services: new Map([[host, service]]) };
  const cluster = findCluster(seen, host, port, '');
  return cluster.exists && service.resolution === 'eds'
    ? { ...cluster, discovery: { kind: 'endpoints', endpoints: [], unready: 0 } }
    : cluster;
}

function ruleShare(
  view: WaypointView,
  destination: Destination,
  namespace: string,
  listenPort: number,
  dialled: Dialled,
): WaypointShare {
  const { inbound, outbound, owned } = view;
  // An alias is not followed here: the name stands as it is.
  const ref = clusterRefOf(inbound, destination, namespace, listenPort, false);
  const { host, port, subset } = ref;
  const service = inbound.services.get(host);
  if (service !== undefined && !owned.has(host)) {
    const cluster = isReferenced(view, host)
      ? findCluster(outbound, host, port, subset)
      : ({ exists: false, reason: 'not-referenced', service, rule: null } as const);
    const name = clusterName(host, port, subset);
    return { share: shareOf(name, ref, cluster, dialled), cluster, view: outbound };
  }
  const cluster = findCluster(inbound, host, port, subset);
  const name = `inbound-vip|${port}|${subsetName(service, ref)}|${host}`;
  return { share: shareOf(name, ref, cluster, dialled), cluster, view: inbound };
}

function unknownShare({ inbound }: WaypointView): WaypointShare {
  const ref = { host: '', port: 0, subset: '' };
  const cluster = { exists: false, reason: 'unknown-host', service: null, rule: null } as const;
  return { share: shareOf('UnknownService', ref, cluster, null), cluster, view: inbound };
}

/** `core/listener_waypoint.go:portToSubset`. */
function subsetName(service: MeshService | undefined, { port, subset }: ClusterRef): string {
  const found = service?.ports.find(({ number }) => number === port);
  const isHttp = found === undefined || ['http', 'auto'].includes(classOf(found.protocol));
  return `${isHttp ? 'http' : 'tcp'}${subset === '' ? '' : `/${subset}`}`;
}

/** By a VirtualService for the mesh that names a service of the waypoint itself, no wildcard (`core/waypoint.go:filterWaypointOutboundServices`). */
function isReferenced({ owned, inbound: { mesh } }: WaypointView, host: string): boolean {
  return mesh.virtualServices.all.some(
    (one) =>
      one.gateways.includes('mesh') &&
      one.hosts.some((name) => owned.has(name)) &&
      destinationsOf(mesh, one, '').has(host),
  );
}

function shareOf(
  name: string,
  { host, port, subset }: ClusterRef,
  cluster: Cluster,
  dialled: Dialled,
): DestinationShare {
  const endpoints = cluster.exists ? endpointsFor(cluster, dialled) : [];
  return {
    cluster: name,
    host,
    subset,
    port,
    weight: undefined,
    share: 1,
    endpoints,
    problem: problemOf(cluster, endpoints.length),
  };
}
