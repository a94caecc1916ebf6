/** The endpoints of a cluster, as a connection from a proxy has them. */
import { endpointAddress, type MeshEndpoint } from '../mesh/index.ts';
import { type Cluster, findCluster, type ProxyView } from './cluster.ts';
import type { Endpoint } from './verdict.ts';

/** dialled: where the client's connection was to go. */
export function endpointsFor(
  cluster: Cluster & { readonly exists: true },
  dialled: { readonly ip: string; readonly port: number } | null,
): readonly Endpoint[] {
  const { discovery } = cluster;
  switch (discovery.kind) {
    case 'by-request':
      return [];
    case 'original-dst':
      if (dialled === null) return [];
      return [
        {
          address: endpointAddress(dialled.ip, dialled.port),
          workload: null,
          healthy: true,
        },
      ];
    case 'endpoints':
      return listed(cluster, discovery.endpoints);
  }
}

/** Of the cluster of a name; null where there is none, or it has no endpoints of its own and goes where the client dials. */
export function clusterEndpoints(
  { view }: { readonly view: ProxyView },
  { host, port, subset }: { readonly host: string; readonly port: number; readonly subset: string },
): readonly Endpoint[] | null {
  const cluster = findCluster(view, host, port, subset);
  if (!cluster.exists || cluster.discovery.kind !== 'endpoints') return null;
  return endpointsFor(cluster, null);
}

/** An address without a port (an EndpointSlice may leave it out) is the path of a socket to Istio (`util.go:BuildAddress`). */
function socketPath(address: string): string {
  return address.startsWith('unix:') ? endpointAddress(address, 0) : `unix://${address}:0`;
}

const lists = new WeakMap<Cluster, readonly Endpoint[]>();

function listed(
  cluster: Cluster & { readonly exists: true },
  endpoints: readonly MeshEndpoint[],
): readonly Endpoint[] {
  let list = lists.get(cluster);
  if (list === undefined) {
    const first = cluster.service.resolution === 'dns-round-robin';
    list = (first ? endpoints.slice(0, 1) : endpoints).map(
      ({ address, port, workload, healthy, weight }) => ({
        address: port === 0 ? socketPath(address) : endpointAddress(address, port),
        workload: workload === null ? null : `${workload.namespace}/${workload.name}`,
        healthy,
        ...(weight === undefined ? {} : { weight }),
      }),
    );
    lists.set(cluster, list);
  }
  return list;
}
