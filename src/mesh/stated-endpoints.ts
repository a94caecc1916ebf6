/** Endpoints of a Service that EndpointSlices and Endpoints state, as Istio takes them (`kube/controller/endpointslice.go`). */
import type { Resource } from '../resource/index.ts';
import { endpointLabels, labelsOfEndpoint } from './endpoint-labels.ts';
import type { StatedEndpoint } from './endpoint-slices.ts';
import type { Mesh, MeshService } from './mesh.ts';
import type { MeshEndpoint } from './mesh-endpoint.ts';
import { hasStickySessions } from './sticky-sessions.ts';
import type { Workload } from './workload.ts';

/**
 * A port is a port of the Service by its name alone; transports are not compared. It may also be one that only a ServiceEntry for the
 * same host has: they share their endpoints.
 */
export function statedEndpoints(
  mesh: Mesh,
  service: MeshService,
  resource: Resource<'Service'>,
): MeshEndpoint[] {
  const slices = mesh.statedSlices.byService.get(`${service.namespace}/${service.name}`) ?? [];
  if (slices.length === 0) return [];
  const records = (mesh.servicesByHost.get(service.host) ?? []).filter(
    ({ namespace }) => namespace === service.namespace,
  );
  const known = [service, ...records].flatMap(({ ports }) => ports);
  return slices.flatMap(({ endpoints, ports }) =>
    endpoints.flatMap((endpoint) =>
      endpoint.addresses.flatMap((address): MeshEndpoint[] => {
        const workload = podBehind(mesh, service.namespace, address, endpoint);
        if (workload === 'unknown') return [];
        return ports.flatMap(({ name = '', port = 0 }) => {
          const servicePort = known.find((one) => one.name === name);
          if (servicePort === undefined) return [];
          return [
            {
              portName: name,
              servicePort: servicePort.number,
              address,
              port,
              labels: workload === null ? endpointLabels({}, {}) : labelsOfEndpoint(workload),
              workload,
              ...healthOf(endpoint, resource),
              fromEntry: false,
            },
          ];
        });
      }),
    ),
  );
}

/**
 * The Pod that an address belongs to. One that is named and not there holds the endpoint back: 'unknown'. Where none is named, a
 * ready Pod of the namespace with the address lends its labels, and there may be none. Istio looks for that one only when it reads the
 * slice: here the Pod always came first.
 */
export function podBehind(
  mesh: Mesh,
  namespace: string,
  address: string,
  { targetRef }: StatedEndpoint,
): Workload | null | 'unknown' {
  if (targetRef?.kind !== 'Pod') return podsByAddress(mesh).get(`${namespace}/${address}`) ?? null;
  const { name = '', namespace: of = '' } = targetRef;
  const found = mesh.workloadIndex.named(of, name).find((one) => one.name === name && !failed(one));
  return found ?? 'unknown';
}

/** Istio does not look at Pods that have failed. */
function failed({ resource }: Workload): boolean {
  return resource.kind === 'Pod' && resource.status?.phase === 'Failed';
}

const addressIndexes = new WeakMap<Mesh, ReadonlyMap<string, Workload>>();

function podsByAddress(mesh: Mesh): ReadonlyMap<string, Workload> {
  let index = addressIndexes.get(mesh);
  if (index === undefined) {
    const ready = mesh.workloads.filter(({ state }) => state === 'ready');
    index = new Map(
      ready.map((one): [string, Workload] => [`${one.namespace}/${one.ip}`, one]).reverse(),
    );
    addressIndexes.set(mesh, index);
  }
  return index;
}

/**
 * What does not say that it is not ready, is. Of the others those that end leave the clusters, and silence counts as ending; with
 * sticky sessions the ones that still serve stay as draining.
 */
function healthOf(
  { ready = true, serving = true, terminating = true }: StatedEndpoint,
  service: Resource<'Service'>,
): Pick<MeshEndpoint, 'healthy' | 'leaving'> {
  if (ready || !terminating) return { healthy: ready, leaving: false };
  return { healthy: false, leaving: !(serving && hasStickySessions(service)) };
}
