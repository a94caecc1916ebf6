/** Admitted documents to a mesh. */
import type { ForeignSettings, Resource } from '../resource/index.ts';
import { type Aged, agesOf, compareAge, creationTimeOf } from './age.ts';
import { DestinationRuleIndex, meshDestinationRule } from './destination-rule-index.ts';
import { discoveryOf } from './discovery.ts';
import { statedSlices } from './endpoint-slices.ts';
import { selectedByIpv6Alone } from './endpoints.ts';
import type { Assumption, Mesh, MeshService, Replaced } from './mesh.ts';
import { type MeshConfig, meshConfigOf } from './mesh-config.ts';
import { servicesOf } from './service-registry.ts';
import { StandInAddresses } from './stand-in-address.ts';
import { meshVirtualService, VirtualServiceIndex } from './virtual-service-index.ts';
import { WorkloadIndex, workloadsOf } from './workload.ts';

/** created: seconds since 1970 from which documents without a creationTimestamp count, one second apart in input order. */
export type MeshOptions = {
  readonly clusterDomain?: string | undefined;
  /** Where Istio itself is. */
  readonly systemNamespace?: string | undefined;
  readonly created?: number | undefined;
  /** Of objects that are no resources of ours. */
  readonly foreign?: ForeignSettings | undefined;
  /** The settings that held before, for a mesh whose own Istio refuses. */
  readonly lastConfig?: MeshConfig | undefined;
};

/** Cannot fail: what is amiss in the documents is validation's to say. */
export function buildMesh(admitted: readonly Resource[], options: MeshOptions = {}): Mesh {
  const clusterDomain = options.clusterDomain ?? 'cluster.local';
  const systemNamespace = options.systemNamespace ?? 'istio-system';
  const { resources, replaced, firsts } = withoutReplaced(admitted);
  const config = meshConfig(resources, systemNamespace, options);
  const discovery = discoveryOf(resources, config.discoverySelectors);
  const read = resources.filter(({ namespace }) => discovery.reads(namespace));
  const rootNamespace = rootNamespaceOf(config, systemNamespace);
  const written = agesOf(admitted, { created: options.created });
  const ages =
    firsts.size === 0
      ? written
      : new Map(
          resources.map((resource) => [
            resource,
            written.get(firsts.get(resource) ?? resource) ?? 0,
          ]),
        );
  const ageOf = (resource: Resource): number => ages.get(resource) ?? 0;
  const byAge = <R extends Resource>(list: readonly R[]): readonly R[] =>
    list
      .map((resource): { resource: R } & Aged => ({
        resource,
        age: ageOf(resource),
        name: resource.name,
        namespace: resource.namespace,
      }))
      .sort(compareAge)
      .map(({ resource }) => resource);
  const addresses = new StandInAddresses(addressesIn(resources));
  const services = servicesOf({ resources, ages, clusterDomain, addresses, config, discovery });
  const workloads = workloadsOf(resources, addresses, services.flatMap(selectedByIpv6Alone));
  const virtualServices = read
    .filter((resource) => resource.kind === 'VirtualService')
    .map((resource) => meshVirtualService(resource, ageOf(resource), clusterDomain, config));
  const destinationRules = read
    .filter((resource) => resource.kind === 'DestinationRule')
    .map((resource) => meshDestinationRule(resource, ageOf(resource), clusterDomain));
  return {
    clusterDomain,
    systemNamespace,
    rootNamespace,
    config,
    discovery,
    resources,
    replaced,
    services,
    servicesByHost: groupByHost(services),
    workloads,
    workloadIndex: new WorkloadIndex(workloads),
    statedSlices: statedSlices(read),
    workloadEntries: byAge(read.filter((resource) => resource.kind === 'WorkloadEntry')),
    virtualServices: new VirtualServiceIndex(virtualServices),
    destinationRules: new DestinationRuleIndex(destinationRules, rootNamespace, config),
    sidecars: byAge(read.filter((resource) => resource.kind === 'Sidecar')),
    gateways: byAge(read.filter((resource) => resource.kind === 'Gateway')),
    foreign: options.foreign,
    kubernetesGateways: (options.foreign?.kubernetesGateways ?? []).filter(({ namespace }) =>
      discovery.reads(namespace),
    ),
    ageOf,
    assumptions: [
      ...resources
        .filter((resource) => creationTimeOf(firsts.get(resource) ?? resource) === null)
        .map((resource): Assumption => ({ kind: 'no-creation-timestamp', resource })),
      ...services
        .filter(({ standIn }) => standIn)
        .map((service): Assumption => ({ kind: 'stand-in-address', service })),
      ...workloads
        .filter(({ standIn, standInAddress }) => standIn || standInAddress)
        .map((workload): Assumption => ({ kind: 'stand-in-workload', workload })),
    ],
  };
}

/** For another mesh of the same installation. */
export function optionsOf({ clusterDomain, systemNamespace, foreign }: Mesh): MeshOptions {
  return { clusterDomain, systemNamespace, foreign };
}

function meshConfig(
  resources: readonly Resource[],
  systemNamespace: string,
  { lastConfig, foreign }: MeshOptions,
): MeshConfig {
  const config = meshConfigOf(resources, systemNamespace, lastConfig, foreign?.installedConfig);
  const general = foreign?.capturing.includes(rootNamespaceOf(config, systemNamespace)) === true;
  return general ? { ...config, capturesDns: true } : config;
}

function rootNamespaceOf({ rootNamespace }: MeshConfig, systemNamespace: string): string {
  return rootNamespace ?? systemNamespace;
}

/**
 * A second document for one object takes the first one's place and keeps its age, as applying it again does.
 * firsts: of those that replaced something, the document that the object began with.
 */
function withoutReplaced(admitted: readonly Resource[]): {
  readonly resources: readonly Resource[];
  readonly replaced: readonly Replaced[];
  readonly firsts: ReadonlyMap<Resource, Resource>;
} {
  const last = new Map<string, Resource>();
  const replaced: Replaced[] = [];
  const firsts = new Map<Resource, Resource>();
  for (const resource of admitted) {
    const key = `${resource.kind}\n${resource.namespace}\n${resource.name}`;
    const before = last.get(key);
    if (before !== undefined) {
      replaced.push({ resource: before, by: resource });
      firsts.set(resource, firsts.get(before) ?? before);
    }
    last.set(key, resource);
  }
  return { resources: [...last.values()], replaced, firsts };
}

function* addressesIn(resources: readonly Resource[]): Generator<string> {
  for (const resource of resources) yield* addressesOf(resource);
}

function addressesOf(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case 'Service':
      return [resource.spec.clusterIP ?? '', ...(resource.spec.clusterIPs ?? [])];
    case 'Pod': {
      const { podIP = '', podIPs = [] } = resource.status ?? {};
      return [podIP, ...podIPs.map(({ ip = '' }) => ip)];
    }
    case 'ServiceEntry': {
      const { addresses = [], endpoints = [] } = resource.spec;
      const given = (resource.status?.addresses ?? []).map(({ value = '' }) => value);
      return [...addresses, ...given, ...endpoints.map(({ address = '' }) => address)];
    }
    case 'WorkloadEntry':
      return [resource.spec.address ?? ''];
    case 'EndpointSlice':
      return (resource.spec.endpoints ?? []).flatMap(({ addresses = [] }) => addresses);
    case 'Endpoints':
      return (resource.spec.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }) =>
        [...addresses, ...notReadyAddresses].map(({ ip = '' }) => ip),
      );
    default:
      return [];
  }
}

function groupByHost(services: readonly MeshService[]): ReadonlyMap<string, MeshService[]> {
  const groups = new Map<string, MeshService[]>();
  for (const service of services) {
    const group = groups.get(service.host);
    if (group === undefined) groups.set(service.host, [service]);
    else group.push(service);
  }
  return groups;
}
