/** Endpoints of ServiceEntries: written out, selected, or the host's own name. */
import { parseAddress } from '../address/index.ts';
import type { Resource, WorkloadEntrySpec } from '../resource/index.ts';
import { compareText } from './age.ts';
import { endpointLabels, labelsOfEndpoint } from './endpoint-labels.ts';
import type { Mesh, MeshService } from './mesh.ts';
import type { MeshEndpoint } from './mesh-endpoint.ts';
import { type Labels, labelsMatch, type Workload } from './workload.ts';

/** `serviceentry/conversion.go:convertServiceEntryToInstances`. */
export function serviceEntryEndpoints(
  mesh: Mesh,
  service: MeshService,
  resource: Resource<'ServiceEntry'>,
): MeshEndpoint[] {
  const sources = entrySources(mesh, service, resource);
  return service.ports.flatMap((port) =>
    sources.map(({ address, ports, labels, workload, weight }) => ({
      portName: port.name,
      servicePort: port.number,
      address,
      port: address.startsWith('unix:')
        ? 0
        : (ports?.[port.name] ?? (Number(port.targetPort ?? 0) || port.number)),
      labels,
      workload,
      healthy: true,
      leaving: false,
      fromEntry: true,
      weight,
    })),
  );
}

/** What brings an endpoint for each port: an entry's own, a pod, a WorkloadEntry. */
export type EntrySource = {
  readonly address: string;
  readonly ports: { readonly [name: string]: number } | undefined;
  readonly labels: Labels;
  readonly workload: Workload | null;
  readonly weight?: number | undefined;
};

function entrySources(
  mesh: Mesh,
  service: MeshService,
  resource: Resource<'ServiceEntry'>,
): readonly EntrySource[] {
  if (service.selector !== null) return selectedSources(mesh, service, service.selector);
  const listed = (resource.spec.endpoints ?? []).map((endpoint) => sourceOf(endpoint, {}));
  if (listed.length > 0) return listed;
  const byName = service.resolution === 'dns' || service.resolution === 'dns-round-robin';
  return byName ? [{ address: service.host, ports: undefined, labels: {}, workload: null }] : [];
}

/** Pods before WorkloadEntries, each by name: where only the first endpoint counts, that decides. */
function selectedSources(
  mesh: Mesh,
  { namespace, resolution }: MeshService,
  selector: Labels,
): EntrySource[] {
  const byName = resolution === 'dns' || resolution === 'dns-round-robin';
  const pods = mesh.workloadIndex
    .select(namespace, selector)
    .filter(({ state }) => state === 'ready')
    .sort((a, b) => compareText(a.name, b.name))
    .map((workload) => ({
      address: workload.ip,
      ports: namedPortsOf(workload),
      labels: labelsOfEndpoint(workload),
      workload,
    }));
  return [...pods, ...selectedEntries(mesh, namespace, selector, byName ? 'all' : 'addresses')];
}

/** A container port that is called as the entry's port goes before its targetPort; of several the first (`kube/controller/pod.go:getPortMap`). */
function namedPortsOf(workload: Workload): EntrySource['ports'] {
  const ports: { [name: string]: number } = {};
  for (const { name, number, transport } of workload.ports)
    if (name !== '' && transport === 'TCP') ports[name] ??= number;
  return ports;
}

/** WorkloadEntries of a namespace that a selector names; those that are a host name or a socket only go where names are resolved. */
export function selectedEntries(
  mesh: Mesh,
  namespace: string,
  selector: Labels,
  which: 'all' | 'addresses',
): EntrySource[] {
  return mesh.workloadEntries
    .filter((entry) => entry.namespace === namespace)
    .sort((a, b) => compareText(a.name, b.name))
    .map((entry) => sourceOf(entry.spec, entry.metadata.labels ?? {}))
    .filter(
      ({ labels, address }) =>
        labelsMatch(selector, labels) && (which === 'all' || parseAddress(address) !== null),
    );
}

/** more: labels of the WorkloadEntry's metadata, which outdo those of its spec. */
function sourceOf(spec: WorkloadEntrySpec, more: Labels): EntrySource {
  return {
    address: spec.address ?? '',
    ports: spec.ports,
    labels: endpointLabels({ ...spec.labels, ...more }, spec),
    workload: null,
    weight: (spec.weight ?? 0) === 0 ? undefined : spec.weight,
  };
}
