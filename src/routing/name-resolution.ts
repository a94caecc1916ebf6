/** What a host name means to a client: the addresses that DNS of its namespace would answer with. */
import { parseAddress } from '../address/index.ts';
import {
  endpointsOf,
  isWildcard,
  type Mesh,
  type MeshEndpoint,
  type MeshService,
  serviceHost,
  wildcardAddress,
  wildcardsCovering,
} from '../mesh/index.ts';
import type { ClientFamily } from './client-family.ts';
import type { Compiled, CompiledAmbient, CompiledGateway } from './compile.ts';
import { addressFor } from './placements.ts';
import { indexRecord, type SidecarScope } from './sidecar-scope.ts';

/**
 * host: the full name that was found. addresses: the best first. supposed: the files say no address, so this one is tcpmesh's own.
 */
export type ResolvedName = {
  readonly host: string;
  readonly service: MeshService | null;
  readonly addresses: readonly string[];
  readonly supposed: boolean;
};

/** Sidecars of one scope get the same answers. */
const answers = new WeakMap<
  SidecarScope | CompiledGateway | CompiledAmbient,
  Map<string, ResolvedName | null>
>();

/** Null: nothing in the mesh has this name. An address is its own name. Each name is looked up once for a proxy. */
export function resolveName(compiled: Compiled, host: string): ResolvedName | null {
  const asked = compiled.kind === 'sidecar' ? compiled.scope : compiled;
  let known = answers.get(asked);
  if (known === undefined) {
    known = new Map();
    answers.set(asked, known);
  }
  const key = `${familyOf(compiled)} ${host}`;
  let answer = known.get(key);
  if (answer === undefined) {
    // DNS has no case; a ServiceEntry may be written with capitals, so a name as it stands is tried first.
    const plain = host.toLowerCase();
    answer = lookUp(compiled, host) ?? (plain === host ? null : lookUp(compiled, plain));
    if (known.size >= mostRemembered) known.clear();
    known.set(key, answer);
  }
  return answer;
}

function familyOf(compiled: Compiled): ClientFamily {
  switch (compiled.kind) {
    case 'sidecar':
      return compiled.client.family;
    case 'ambient':
      return compiled.family;
    case 'gateway':
      return 4;
  }
}

/** Names come from clients too; a proxy remembers no more than this many. */
const mostRemembered = 50_000;

/** aliases: names that were followed already. */
function lookUp(compiled: Compiled, host: string, aliases = 0): ResolvedName | null {
  if (parseAddress(host) !== null)
    return { host, service: null, addresses: [host], supposed: false };
  const { mesh, view } = compiled;
  const family = familyOf(compiled);
  for (const name of searchPath(host, view.namespace, mesh.clusterDomain)) {
    const service = serviceNamed(compiled, name);
    if (service !== null) return addressesOf(compiled, service, family, aliases);
    const pod = podNamed(compiled, name);
    if (pod !== null) return pod;
  }
  return oneOfMany(compiled, host, family, aliases);
}

/** A name outside the cluster that a host with a wildcard covers: DNS out there knows it, at addresses that the files do not. */
function oneOfMany(
  compiled: Compiled,
  host: string,
  family: ClientFamily,
  aliases: number,
): ResolvedName | null {
  const { mesh } = compiled;
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (isWildcard(name) || isOfCluster(name, mesh)) return null;
  const [wide] = wildcardsCovering(mesh, name);
  const service = wide === undefined ? null : serviceNamed(compiled, wide);
  const found = service === null ? null : addressesOf(compiled, service, family, aliases);
  return found === null ? null : { ...found, host: name, supposed: true };
}

/** Is it a name that the cluster's own DNS answers for, so that no other has it? */
export function isOfCluster(host: string, { clusterDomain }: Pick<Mesh, 'clusterDomain'>): boolean {
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return name.endsWith(`.${clusterDomain}`) || name.endsWith('.svc');
}

/** As a pod's resolv.conf has it: its namespace, svc, the domain; a name with a dot at its end is complete. */
export function searchPath(host: string, namespace: string, clusterDomain: string): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  return [
    serviceHost(host, namespace, clusterDomain),
    `${host}.svc.${clusterDomain}`,
    `${host}.${clusterDomain}`,
    host,
  ];
}

/** DNS knows nothing of exportTo: the service that the client's proxy sees, else any of that name. */
function serviceNamed({ mesh, view }: Compiled, host: string): MeshService | null {
  const records = mesh.servicesByHost.get(host);
  if (records === undefined) return null;
  const kubernetes = records.find(({ resource }) => resource.kind === 'Service');
  if (kubernetes !== undefined) return kubernetes;
  const seen = view.services.get(host);
  return indexRecord(mesh, host, seen?.namespace ?? '') ?? records[0] ?? null;
}

/** Two ExternalNames may name each other. */
const mostAliases = 8;

function addressesOf(
  compiled: Compiled,
  service: MeshService,
  family: ClientFamily,
  aliases: number,
): ResolvedName | null {
  const { mesh } = compiled;
  const found = { host: service.host, service };
  if (service.externalName !== null) {
    const behind =
      aliases < mostAliases ? lookUp(compiled, `${service.externalName}.`, aliases + 1) : null;
    if (behind === null)
      return { ...found, addresses: [outsideAddress(service.externalName)], supposed: true };
    return behind;
  }
  const address = addressFor(service, family);
  if (address.includes('/'))
    return { ...found, addresses: [firstOfBlock(address)], supposed: true };
  if (address !== wildcardAddress)
    return { ...found, addresses: [address], supposed: service.standIn };
  const pods = podAddresses(mesh, service);
  if (pods.length > 0) return { ...found, addresses: pods, supposed: false };
  return { ...found, addresses: [outsideAddress(service.host)], supposed: true };
}

/** The address that stands for all of a block. */
export function firstOfBlock(block: string): string {
  return block.slice(0, block.indexOf('/'));
}

/** `db-0.db.default.svc.cluster.local`: a ready pod that a headless Service selects, by its hostname under the Service's name. */
function podNamed({ mesh }: Compiled, host: string): ResolvedName | null {
  const dot = host.indexOf('.');
  const hostname = host.slice(0, dot);
  const service = (mesh.servicesByHost.get(host.slice(dot + 1)) ?? []).find(
    ({ resource, resolution }) => resource.kind === 'Service' && resolution === 'passthrough',
  );
  if (dot < 1 || service === undefined) return null;
  const addresses = podAddresses(
    mesh,
    service,
    ({ workload }) =>
      workload?.dnsName?.hostname === hostname && workload.dnsName.subdomain === service.name,
  );
  return addresses.length === 0 ? null : { host, service, addresses, supposed: false };
}

/** A headless service's name is the addresses of its ready pods. */
function podAddresses(
  mesh: Mesh,
  service: MeshService,
  meant: (endpoint: MeshEndpoint) => boolean = () => true,
): string[] {
  const addresses = endpointsOf(mesh, service.host, service.namespace)
    .filter(({ address, healthy }) => healthy && parseAddress(address) !== null)
    .filter(meant)
    .map(({ address }) => address);
  return [...new Set(addresses)];
}

/** An address of the network for benchmarks, for a name that real DNS would have to answer; one for all names of a wildcard. */
export function outsideAddress(host: string): string {
  let value = 0;
  for (let i = 0; i < host.length; i++) value = (Math.imul(value, 31) + host.charCodeAt(i)) >>> 0;
  return `198.18.${(value >>> 8) & 255}.${value & 255 || 1}`;
}
