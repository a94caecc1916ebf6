/** Endpoints, pooled by host name and namespace as Istio keeps them: whatever services share both share their endpoints. */
import { parseAddress } from '../address/index.ts';
import type { Resource } from '../resource/index.ts';
import { labelsOfEndpoint } from './endpoint-labels.ts';
import type { Mesh, MeshPort, MeshService } from './mesh.ts';
import type { MeshEndpoint } from './mesh-endpoint.ts';
import {
  type EntrySource,
  selectedEntries,
  serviceEntryEndpoints,
} from './service-entry-endpoints.ts';
import { exportToOf } from './service-registry.ts';
import { statedEndpoints } from './stated-endpoints.ts';
import type { PodSelection, Workload } from './workload.ts';

/** `ip:port`, an IPv6 address in brackets. */
export function endpointAddress(address: string, port: number): string {
  return parseAddress(address)?.family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

const pools = new WeakMap<Mesh, Map<string, readonly MeshEndpoint[]>>();

/** All endpoints of a host in a namespace, each as often as Istio lists it. Computed once for a mesh. */
export function endpointsOf(mesh: Mesh, host: string, namespace: string): readonly MeshEndpoint[] {
  let pool = pools.get(mesh);
  if (pool === undefined) {
    pool = new Map();
    pools.set(mesh, pool);
  }
  const key = `${namespace}/${host}`;
  let endpoints = pool.get(key);
  if (endpoints === undefined) {
    endpoints = pooled(
      mesh,
      (mesh.servicesByHost.get(host) ?? []).filter((service) => service.namespace === namespace),
    );
    pool.set(key, endpoints);
  }
  return endpoints;
}

/**
 * Those of one port, as per-pod listeners and clusters by name have them: where a host has several records, as the youngest that has
 * any sees them (`push_context.go:initServiceRegistry`).
 */
export function endpointsOfPort(
  mesh: Mesh,
  host: string,
  namespace: string,
  port: number,
): readonly MeshEndpoint[] {
  const pool = endpointsOf(mesh, host, namespace);
  const records = (mesh.servicesByHost.get(host) ?? []).filter(
    (service) => service.namespace === namespace,
  );
  if (records.length === 1) return pool.filter(({ servicePort }) => servicePort === port);
  const seen = records.map(({ ports }) =>
    pool.filter(({ fromEntry, servicePort, portName }) =>
      ports.some(
        ({ number, name }) =>
          number === port && (fromEntry ? servicePort === port : portName === name),
      ),
    ),
  );
  return seen.findLast((endpoints) => endpoints.length > 0) ?? [];
}

/**
 * By age. Of a name that is resolved round robin only one endpoint of a port is allowed, so such an entry brings none for a port
 * that another has some for (`serviceentry/conversion.go:mergeServicesInstancesByNamespaceHost`).
 */
function pooled(mesh: Mesh, services: readonly MeshService[]): readonly MeshEndpoint[] {
  const served = new Set<number>();
  return services.flatMap((service) => {
    const own = endpointsOfService(mesh, service);
    if (service.resource.kind === 'Service') return own;
    return own.filter(({ servicePort }) => {
      if (service.resolution === 'dns-round-robin' && served.has(servicePort)) return false;
      served.add(servicePort);
      return true;
    });
  });
}

function endpointsOfService(mesh: Mesh, service: MeshService): readonly MeshEndpoint[] {
  const { resource } = service;
  return resource.kind === 'Service'
    ? kubernetesEndpoints(mesh, service, resource)
    : serviceEntryEndpoints(mesh, service, resource);
}

/** A Service with `~` among its exportTo keeps its ports and loses its endpoints: Istio does not follow them, whoever else is named. */
function kubernetesEndpoints(
  mesh: Mesh,
  service: MeshService,
  resource: Resource<'Service'>,
): readonly MeshEndpoint[] {
  if (service.resolution === 'alias') return [];
  if (exportToOf(resource)?.includes('~') && !isHeadless(service)) return [];
  const ofPods = selectedEndpoints(mesh, service, resource);
  const listed = oncePerAddress([...ofPods, ...statedEndpoints(mesh, service, resource)]);
  const entries = workloadEntriesBehind(mesh, service);
  if (entries.length === 0) return listed;
  // Istio looks the port up by its number: of a TCP and a UDP port with one number it takes the first, twice.
  const asked = service.ports.map(
    (port) => service.ports.find(({ number }) => number === port.number) ?? port,
  );
  return [
    ...listed,
    ...asked.flatMap((port) =>
      entries.flatMap((source) => workloadEntryEndpoint(port, source) ?? []),
    ),
  ];
}

/** Of an address and port that is listed twice Istio takes one; which, it leaves to chance (`endpointSliceCache.get`). */
function oncePerAddress(endpoints: readonly MeshEndpoint[]): readonly MeshEndpoint[] {
  const seen = new Map<string, Set<string>>();
  return endpoints.filter(({ address, portName }) => {
    const ports = seen.get(address) ?? new Set();
    if (ports.has(portName)) return false;
    seen.set(address, ports.add(portName));
    return true;
  });
}

/** Those that the controllers of a cluster write down for the Pods that the Service selects. */
function selectedEndpoints(
  mesh: Mesh,
  service: MeshService,
  resource: Resource<'Service'>,
): MeshEndpoint[] {
  if (service.selector === null) return [];
  const unreadyToo = resource.spec.publishNotReadyAddresses === true;
  const workloads = mesh.workloadIndex
    .select(service.namespace, service.selector)
    .filter(({ state }) => state !== 'not-running');
  return service.ports.flatMap((port, i) => {
    const transport = resource.spec.ports?.[i]?.protocol ?? 'TCP';
    return workloads.flatMap((workload) => {
      const target = targetPortOf(port, transport, workload);
      if (target === null) return [];
      return addressesFor(service, resource, workload).map((address) => ({
        portName: port.name,
        servicePort: port.number,
        address,
        port: target,
        labels: labelsOfEndpoint(workload),
        workload,
        healthy: unreadyToo || workload.state === 'ready',
        leaving: false,
        fromEntry: false,
      }));
    });
  });
}

/** A Service with an address selects WorkloadEntries as it does Pods (`kube/controller/controller.go:serviceInstancesFromWorkloadInstances`). */
function workloadEntriesBehind(mesh: Mesh, service: MeshService): readonly EntrySource[] {
  if (service.resolution !== 'eds' || service.selector === null) return [];
  return selectedEntries(mesh, service.namespace, service.selector, 'addresses');
}

/** A named target is a port of the entry. Of a target that is a number the entry may have its own, by the name of the Service's port. */
function workloadEntryEndpoint(port: MeshPort, source: EntrySource): MeshEndpoint | null {
  const { targetPort } = port;
  const named = typeof targetPort === 'string' && targetPort !== '';
  const own = source.ports?.[named ? targetPort : port.name];
  if (named && own === undefined) return null;
  return {
    portName: port.name,
    servicePort: port.number,
    address: source.address,
    port: own ?? (Number(targetPort || 0) || port.number),
    labels: source.labels,
    workload: null,
    healthy: true,
    leaving: false,
    fromEntry: false,
    weight: source.weight,
  };
}

/** Those of a pod's addresses whose family is the service's; any where the documents leave the family open. */
function addressesFor(
  service: MeshService,
  resource: Resource<'Service'>,
  workload: Workload,
): readonly string[] {
  const families = familiesOf(service, resource);
  const reached = workload.ips.filter((ip) => families.includes(parseAddress(ip)?.family ?? 4));
  const open = resource.spec.ipFamilies === undefined && (service.standIn || isHeadless(service));
  return reached.length > 0 || !open ? reached : [workload.ip];
}

/** What a Service selects that has no address of the other family. */
export function selectedByIpv6Alone(service: MeshService): readonly PodSelection[] {
  const { namespace, selector, resource } = service;
  if (resource.kind !== 'Service' || selector === null) return [];
  const families = familiesOf(service, resource);
  return families.every((family) => family === 6) ? [{ namespace, selector }] : [];
}

function isHeadless({ resolution }: MeshService): boolean {
  return resolution === 'passthrough';
}

function familiesOf(
  { address, extraAddresses }: MeshService,
  { spec }: Resource<'Service'>,
): readonly (4 | 6)[] {
  if (spec.ipFamilies !== undefined && spec.ipFamilies.length > 0)
    return spec.ipFamilies.map((family) => (family === 'IPv6' ? 6 : 4));
  return [address, ...extraAddresses].map((text) => parseAddress(text)?.family ?? 4);
}

/** A named target is the container port of that name and transport; a pod without one is no endpoint of the port. */
export function targetPortOf(port: MeshPort, transport: string, workload: Workload): number | null {
  const { targetPort } = port;
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port.number;
  if (typeof targetPort === 'number') return targetPort;
  const found = workload.ports.find((p) => p.name === targetPort && p.transport === transport);
  if (found !== undefined) return found.number;
  return targetPort === sidecarMetricsPort.name ? sidecarMetricsPort.number : null;
}

/** Of the container that injection adds to a Pod, which the files do not show (`injection-template.yaml`). */
export const sidecarMetricsPort = { name: 'http-envoy-prom', number: 15_090 } as const;
