/** Where the chain that was chosen sends a connection: destinations to clusters to endpoints, with their shares. */

import { type MeshService, resolveShortName } from '../mesh/index.ts';
import type { Destination, RouteDestination } from '../resource/index.ts';
import { type Cluster, clusterName, findCluster, type ProxyView } from './cluster.ts';
import { endpointsFor } from './cluster-endpoints.ts';
import type { ChainTarget, RuleSource } from './listener.ts';
import type { DestinationShare } from './verdict.ts';

export type Dialled = { readonly ip: string; readonly port: number } | null;

/** A destination as a cluster is asked for. */
export type ClusterRef = { readonly host: string; readonly port: number; readonly subset: string };

/**
 * `core/route/route.go:GetDestinationCluster`. listenPort: what an omitted port means where the service has not just one.
 * followsAliases: an ExternalName stands for what it names; not at a waypoint, and not where the settings of a connection are asked for.
 */
export function clusterRefOf(
  view: ProxyView,
  destination: Destination,
  namespace: string,
  listenPort: number,
  followsAliases = true,
): ClusterRef {
  const written = resolveShortName(destination.host ?? '', namespace, view.mesh.clusterDomain);
  const service = view.services.get(written);
  const port = destination.port?.number || onlyPortOf(service) || listenPort;
  const host = (followsAliases ? service?.externalName : null) ?? written;
  return { host, port, subset: destination.subset ?? '' };
}

function onlyPortOf(service: MeshService | undefined): number | undefined {
  return service?.ports.length === 1 ? service.ports[0]?.number : undefined;
}

export function sharesOf(
  view: ProxyView,
  target: ChainTarget,
  dialled: Dialled,
): readonly DestinationShare[] {
  switch (target.kind) {
    case 'http':
      return [];
    case 'service':
      return [single(view, { host: target.service.host, port: target.port, subset: '' }, dialled)];
    case 'cluster':
      return [single(view, target, dialled)];
    case 'rule':
      return ruleShares(view, target.source, target.listenPort, dialled);
  }
}

/** The routes of a rule that have a share: of several those without weight take nothing, and one that is left alone takes all. */
export function weighted(
  route: readonly RouteDestination[],
): readonly { readonly entry: RouteDestination; readonly weight: number | undefined }[] {
  const sharing = route.length === 1 ? route : route.filter(({ weight }) => (weight ?? 0) > 0);
  if (sharing.length === 1) return sharing.map((entry) => ({ entry, weight: undefined }));
  return sharing.map((entry) => ({ entry, weight: entry.weight ?? 0 }));
}

function ruleShares(
  view: ProxyView,
  source: RuleSource,
  listenPort: number,
  dialled: Dialled,
): readonly DestinationShare[] {
  const entries = weighted(source.route);
  const sum = entries.reduce((total, { weight }) => total + (weight ?? 0), 0);
  return entries.map(({ entry, weight }) => {
    const destination = entry.destination;
    const ref =
      destination === undefined
        ? { host: '', port: listenPort, subset: '' }
        : clusterRefOf(view, destination, source.virtualService.namespace, listenPort);
    const share = weight === undefined ? 1 : weight / sum;
    return { ...single(view, ref, dialled), weight, share };
  });
}

function single(view: ProxyView, ref: ClusterRef, dialled: Dialled): DestinationShare {
  const cluster = findCluster(view, ref.host, ref.port, ref.subset);
  const endpoints = cluster.exists ? endpointsFor(cluster, dialled) : [];
  return {
    cluster: clusterName(ref.host, ref.port, ref.subset),
    host: ref.host,
    subset: ref.subset,
    port: ref.port,
    weight: undefined,
    share: 1,
    endpoints,
    problem: problemOf(cluster, endpoints.length),
  };
}

export function problemOf(cluster: Cluster, endpoints: number): DestinationShare['problem'] {
  if (!cluster.exists) return 'no-such-cluster';
  if (cluster.discovery.kind !== 'endpoints' || endpoints > 0) return null;
  return 'no-endpoints';
}
