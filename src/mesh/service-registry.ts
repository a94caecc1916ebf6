/** The services of a mesh: Kubernetes Services, and one for each host and address of a ServiceEntry. */

import { parseAddress } from '../address/index.ts';
import type { Resource, ServicePort, SpecOf } from '../resource/index.ts';
import { compareAge, compareText } from './age.ts';
import type { Discovery } from './discovery.ts';
import { serviceHost } from './host-name.ts';
import type { MeshPort, MeshService, Resolution } from './mesh.ts';
import type { MeshConfig } from './mesh-config.ts';
import { parseProtocol, protocolOfServicePort } from './protocol.ts';
import { withAliases } from './service-aliases.ts';
import type { StandInAddresses } from './stand-in-address.ts';
import { unread, visibilityOf } from './visibility.ts';

/** The address of a service that has none. */
export const wildcardAddress = '0.0.0.0';

export type RegistryInput = {
  readonly resources: readonly Resource[];
  readonly ages: ReadonlyMap<Resource, number>;
  readonly clusterDomain: string;
  readonly addresses: StandInAddresses;
  readonly config: Pick<MeshConfig, 'serviceExportTo' | 'capturesDns'>;
  readonly discovery: Discovery;
};

/** By age, name and namespace; the services of one ServiceEntry in the order of its hosts and addresses. */
export function servicesOf(input: RegistryInput): readonly MeshService[] {
  const standIns = standInAddressesOf(input);
  const services: MeshService[] = [];
  for (const resource of input.resources) {
    const age = input.ages.get(resource) ?? 0;
    if (resource.kind === 'Service')
      services.push(kubernetesService(resource, age, input, standIns.get(resource)));
    else if (resource.kind === 'ServiceEntry' && input.discovery.reads(resource.namespace))
      services.push(...serviceEntryServices(resource, age, input));
  }
  return withAliases(services.sort(compareAge));
}

const needsAddress = ({ spec }: Resource<'Service'>): boolean =>
  spec.type !== 'ExternalName' && (spec.clusterIP ?? '') === '' && !spec.clusterIPs?.[0];

function standInAddressesOf(input: RegistryInput): ReadonlyMap<Resource, string> {
  const bare = input.resources
    .filter((resource) => resource.kind === 'Service')
    .filter(needsAddress)
    .map((service) => ({ service, key: `${service.namespace}/${service.name}` }))
    .sort((a, b) => compareText(a.key, b.key));
  return new Map(
    bare.map(({ service, key }) => {
      const range = service.spec.ipFamilies?.[0] === 'IPv6' ? 'service-v6' : 'service';
      return [service, input.addresses.take(range, key)];
    }),
  );
}

function kubernetesService(
  resource: Resource<'Service'>,
  age: number,
  { clusterDomain, config, discovery }: RegistryInput,
  standIn: string | undefined,
): MeshService {
  const { spec, name, namespace } = resource;
  const external = spec.type === 'ExternalName';
  const externalName = external ? (spec.externalName ?? '') : '';
  const given = [...new Set([spec.clusterIP ?? '', ...(spec.clusterIPs ?? [])])].filter(
    (ip) => ip !== '',
  );
  const headless = given[0] === 'None';
  const addresses = headless ? [] : standIn === undefined ? given : [standIn];
  const selector = spec.selector ?? {};
  return {
    host: serviceHost(name, namespace, clusterDomain),
    name,
    namespace,
    resource,
    age,
    address: addresses[0] ?? wildcardAddress,
    extraAddresses: addresses.slice(1),
    standIn: standIn !== undefined,
    // Its source asks for None last, and for a name at all (`kube/conversion.go:ConvertService`).
    resolution: headless ? 'passthrough' : externalName === '' ? 'eds' : 'alias',
    externalName: externalName === '' ? null : externalName,
    aliases: [],
    ports: (spec.ports ?? []).map(kubernetesPort),
    // Unread it still has its name in DNS.
    visibility: discovery.reads(namespace)
      ? visibilityOf(exportToOf(resource), namespace, config.serviceExportTo)
      : unread,
    selector: external || Object.keys(selector).length === 0 ? null : selector,
  };
}

/** Undefined where it says nothing of it. */
export function exportToOf({ metadata }: Resource<'Service'>): readonly string[] | undefined {
  const annotation = metadata.annotations?.['networking.istio.io/exportTo'];
  if (annotation === undefined || annotation === '') return undefined;
  return annotation.split(',').map((name) => name.trim());
}

function kubernetesPort(port: ServicePort): MeshPort {
  const number = port.port ?? 0;
  const name = port.name ?? '';
  return {
    name,
    number,
    protocol: protocolOfServicePort({
      number,
      name,
      transport: port.protocol ?? 'TCP',
      appProtocol: port.appProtocol,
    }),
    targetPort: port.targetPort,
  };
}

const resolutions: Readonly<Record<string, Resolution>> = {
  NONE: 'passthrough',
  STATIC: 'eds',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns-round-robin',
  DYNAMIC_DNS: 'dynamic-dns',
};

/** `serviceentry/conversion.go:convertServices`. */
function serviceEntryServices(
  resource: Resource<'ServiceEntry'>,
  age: number,
  input: RegistryInput,
): MeshService[] {
  const { config } = input;
  const { spec, namespace } = resource;
  const written = [...new Set((spec.addresses ?? []).map(plainAddress))];
  const ports = serviceEntryPorts(spec);
  const visibility = visibilityOf(spec.exportTo, namespace, config.serviceExportTo);
  const resolution = resolutions[spec.resolution ?? 'NONE'] ?? 'passthrough';
  return [...new Set(spec.hosts)].flatMap((host) => {
    const stated = written.length > 0 || !config.capturesDns ? [] : statedAddresses(resource, host);
    const unknown = written.length === 0 && stated.length === 0;
    const given = unknown ? allocatedAddress(resource, host, input) : null;
    const [first = given ?? wildcardAddress, ...extraAddresses] = stated;
    const addresses = written.length > 0 ? written : [first];
    return addresses.map((address) => ({
      host,
      name: host,
      namespace,
      resource,
      age,
      address,
      extraAddresses,
      standIn: given !== null,
      resolution,
      externalName: null,
      aliases: [],
      ports,
      visibility,
      selector: spec.workloadSelector === undefined ? null : (spec.workloadSelector.labels ?? {}),
    }));
  });
}

/** What Istiod has given a host, as the entry says itself: one address of a family, that of IPv4 first (`GetHostAddressesFromConfig`). */
function statedAddresses({ status }: Resource<'ServiceEntry'>, host: string): readonly string[] {
  const byFamily = new Map<number, string>();
  for (const { host: of = '', value = '' } of status?.addresses ?? []) {
    const family = of === host ? parseAddress(value)?.family : undefined;
    if (family !== undefined) byFamily.set(family, value);
  }
  return [4, 6].flatMap((family) => byFamily.get(family) ?? []);
}

/** What Istiod gives a host without address where sidecars capture DNS; null where it gives none (`shouldV2AutoAllocateIPFromPieces`). */
function allocatedAddress(
  entry: Resource<'ServiceEntry'>,
  host: string,
  { config, addresses }: RegistryInput,
): string | null {
  if (!config.capturesDns || !takesAllocatedAddress(entry, host)) return null;
  return addresses.take('allocated', `${entry.namespace}/${host}`);
}

/** Would Istiod give the host an address if sidecars captured DNS? */
export function takesAllocatedAddress(
  { metadata, spec }: Resource<'ServiceEntry'>,
  host: string,
): boolean {
  const refused = metadata.labels?.['networking.istio.io/enable-autoallocate-ip'] ?? '';
  const wanted = (spec.resolution ?? 'NONE') !== 'NONE' && refused.toLowerCase() !== 'false';
  return wanted && !host.startsWith('*');
}

function serviceEntryPorts(spec: SpecOf<'ServiceEntry'>): readonly MeshPort[] {
  return (spec.ports ?? []).map((port) => ({
    name: port.name ?? '',
    number: port.number ?? 0,
    protocol: parseProtocol(port.protocol ?? ''),
    targetPort: port.targetPort,
  }));
}

/** A prefix of one address is that address. */
function plainAddress(text: string): string {
  const slash = text.indexOf('/');
  if (slash === -1) return text;
  const address = parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  const single = address !== null && length === (address.family === 4 ? '32' : '128');
  return single ? text.slice(0, slash) : text;
}
