/** The servers that a gateway workload opens: which Gateways select it, on which ports, and which servers lose to earlier ones (`gateway.go:mergeGateways`). */
import {
  classOf,
  endpointsOf,
  labelsMatch,
  type Mesh,
  type MeshPort,
  parseProtocol,
  type Workload,
} from '../mesh/index.ts';
import type { Resource, Server } from '../resource/index.ts';
import type { Labels } from './call.ts';

export type GatewayWorkload = { readonly namespace: string; readonly labels: Labels };

/**
 * port: the one that the workload listens on; server.port.number is what clients of its Service dial. writtenBind: '' where the
 * document has none, which Istio tells apart from 0.0.0.0. serverPort: of plaintext HTTP servers that are merged into one, of the
 * first; those that share it have one chain.
 */
export type GatewayServer = {
  readonly gateway: Resource<'Gateway'>;
  readonly server: Server;
  readonly port: number;
  readonly bind: string;
  readonly writtenBind: string;
  readonly serverPort: string;
};

/** Why a server opens nothing. by: the server that it lost to. */
export type SkippedServer = GatewayServer & {
  readonly reason: 'host-taken' | 'port-taken' | 'port-name-taken';
  readonly by: GatewayServer | null;
};

export type MergedServers = {
  readonly taken: readonly GatewayServer[];
  readonly skipped: readonly SkippedServer[];
};

/** By age, name, namespace. A Gateway without a selector is for every gateway workload. */
export function gatewaysFor(mesh: Mesh, workload: GatewayWorkload): readonly Resource<'Gateway'>[] {
  return mesh.gateways.filter(({ spec }) => labelsMatch(spec.selector ?? {}, workload.labels));
}

export function isHttp(server: Server): boolean {
  return classOf(parseProtocol(server.port?.protocol ?? '')) === 'http';
}

function isHttps(server: Server): boolean {
  return parseProtocol(server.port?.protocol ?? '') === 'https';
}

/** PASSTHROUGH is what an absent mode means. */
export function passesTls(server: Server): boolean {
  const mode = server.tls?.mode ?? 'PASSTHROUGH';
  return server.tls !== undefined && (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH');
}

/** TLS is taken off, and what was in it goes on as TCP. */
export function endsTls(server: Server): boolean {
  return server.tls !== undefined && !passesTls(server) && !servesHttp(server);
}

/** HTTP in the clear, or after TLS has been taken off. */
export function servesHttp(server: Server): boolean {
  return isHttp(server) || (isHttps(server) && server.tls !== undefined && !passesTls(server));
}

export function isPlaintext(server: Server): boolean {
  return server.tls === undefined || isHttp(server);
}

/**
 * Hosts with `./` completed and `*` namespaces left out, as they are compared. Beside `*` in every namespace the others are gone
 * (`gateway.go:sanitizeServerHostNamespace`; istiod itself ends where one that comes later begins with `./` or a `*` namespace).
 */
export function serverHosts(gateway: Resource<'Gateway'>, server: Server): readonly string[] {
  const hosts: readonly string[] = server.hosts ?? [];
  if (hosts.includes('*/*')) return ['*'];
  return hosts.map((host) => {
    if (host.startsWith('./')) return `${gateway.namespace}/${host.slice(2)}`;
    return host.startsWith('*/') ? host.slice(2) : host;
  });
}

/** Of a gateway whose addresses are all IPv6 it is the IPv6 one (`listener_address.go:getActualWildcardAndLocalHost`). */
function wildcardOf(mesh: Mesh, { namespace, labels }: GatewayWorkload): string {
  const [first] = mesh.workloadIndex.select(namespace, labels);
  const ips = first?.ips ?? [];
  return ips.length > 0 && ips.every((ip) => ip.includes(':')) ? '::' : '0.0.0.0';
}

const merges = new WeakMap<Mesh, Map<string, MergedServers>>();

/** Worked out once for the gateway workloads of a namespace with the same labels: thousands of rules are asked about at one of them. */
export function mergeServers(mesh: Mesh, workload: GatewayWorkload): MergedServers {
  const known = merges.get(mesh) ?? new Map<string, MergedServers>();
  merges.set(mesh, known);
  const key = JSON.stringify([workload.namespace, workload.labels]);
  let merged = known.get(key);
  if (merged === undefined) {
    merged = mergedServers(mesh, workload);
    known.set(key, merged);
  }
  return merged;
}

function mergedServers(mesh: Mesh, workload: GatewayWorkload): MergedServers {
  const merging = new ServerMerge();
  const targets = servicePortsOf(mesh, workload);
  const wildcard = wildcardOf(mesh, workload);
  for (const gateway of gatewaysFor(mesh, workload)) {
    for (const server of gateway.spec.servers ?? []) {
      const number = server.port?.number ?? 0;
      const port = targets.get(number) ?? number;
      const writtenBind = server.bind ?? '';
      const bind = writtenBind === '' ? wildcard : writtenBind;
      const serverPort = `${port}/${server.port?.protocol ?? ''}/${writtenBind}`;
      merging.add({ gateway, server, port, bind, writtenBind, serverPort });
    }
  }
  return merging.merged();
}

/** What is open on one port so far. plaintext: the server that later ones have to get on with. */
type PortState = {
  plaintext: GatewayServer | null;
  readonly hosts: Map<string, GatewayServer>;
};

class ServerMerge {
  readonly #skipped: SkippedServer[] = [];
  /** By port, protocol and bind as they are written, in the order of their first servers. */
  readonly #groups = new Map<string, GatewayServer[]>();
  readonly #ports = new Map<number, PortState>();
  readonly #routeNames = new Map<string, GatewayServer>();

  merged(): MergedServers {
    return { taken: [...this.#groups.values()].flat(), skipped: this.#skipped };
  }

  add(entry: GatewayServer): void {
    const known = this.#ports.get(entry.port);
    const state = known ?? { plaintext: null, hosts: new Map() };
    if (known === undefined) this.#ports.set(entry.port, state);
    const holder = takeHosts(entry, state);
    if (holder !== null) this.#skip(entry, 'host-taken', holder);
    else if (known === undefined) this.#open(entry, state);
    else if (state.plaintext !== null) this.#addToPlaintext(entry, state, state.plaintext);
    else if (isPlaintext(entry.server)) this.#open(entry, state);
    else this.#addToTls(entry);
  }

  /** On one bind only HTTP goes with HTTP; another bind is another listener, whose plaintext server is the one that counts from then on. */
  #addToPlaintext(entry: GatewayServer, state: PortState, current: GatewayServer): void {
    if (current.writtenBind !== entry.writtenBind) {
      if (this.#groups.has(entry.serverPort)) this.#join(entry);
      else this.#open(entry, state);
    } else if (isHttp(current.server) && isHttp(entry.server))
      this.#join({ ...entry, serverPort: current.serverPort });
    else this.#skip(entry, 'port-taken', current);
  }

  #addToTls(entry: GatewayServer): void {
    const other = servesHttp(entry.server) ? this.#routeNames.get(routeNameOf(entry)) : undefined;
    if (other === undefined) this.#join(entry);
    else this.#skip(entry, 'port-name-taken', other);
  }

  #open(entry: GatewayServer, state: PortState): void {
    if (isPlaintext(entry.server)) state.plaintext = entry;
    this.#join(entry);
  }

  #join(entry: GatewayServer): void {
    if (servesHttp(entry.server)) this.#routeNames.set(routeNameOf(entry), entry);
    const group = this.#groups.get(entry.serverPort);
    if (group === undefined) this.#groups.set(entry.serverPort, [entry]);
    else group.push(entry);
  }

  #skip(entry: GatewayServer, reason: SkippedServer['reason'], by: GatewayServer): void {
    this.#skipped.push({ ...entry, reason, by });
  }
}

/** What tells servers that take TLS off HTTP apart (`gateway.go:gatewayRDSRouteName`). */
function routeNameOf({ gateway, server, writtenBind }: GatewayServer): string {
  const { number, name } = server.port ?? {};
  return [gateway.namespace, gateway.name, number ?? 0, name ?? '', writtenBind].join('/');
}

/**
 * A server with TLS takes its hosts on the port, even if it is left out for another reason in the end. Returns the server that has
 * one of them already; then it takes none (`gateway.go:CheckDuplicates`).
 */
function takeHosts(entry: GatewayServer, { hosts }: PortState): GatewayServer | null {
  if (entry.server.tls === undefined) return null;
  const wanted = serverHosts(entry.gateway, entry.server);
  for (const host of wanted) {
    const before = hosts.get(host);
    if (before?.writtenBind === entry.writtenBind) return before;
  }
  for (const host of wanted) hosts.set(host, entry);
  return null;
}

const translationOptOut = 'experimental.istio.io/disable-gateway-port-translation';

/** What the workload listens on for a port of one of its Services; the first that has the port counts. */
function servicePortsOf(mesh: Mesh, workload: GatewayWorkload): ReadonlyMap<number, number> {
  const selecting = mesh.services.filter(
    ({ namespace, selector, resource }) =>
      namespace === workload.namespace &&
      mesh.discovery.reads(namespace) &&
      selector !== null &&
      resource.kind === 'Service' &&
      labelsMatch(selector, workload.labels),
  );
  if (selecting.length === 0) return statedPortsOf(mesh, workload);
  const targets = new Map<number, number>();
  for (const { resource, ports } of selecting) {
    if (resource.kind !== 'Service') continue;
    if (resource.metadata.labels?.[translationOptOut] !== undefined) continue;
    const seen = new Set<string>();
    for (const [i, port] of ports.entries()) {
      const transport = resource.spec.ports?.[i]?.protocol ?? 'TCP';
      const target = gatewayTarget(mesh, workload, port, transport);
      if (target === null || seen.has(`${target}/${port.protocol}`)) continue;
      seen.add(`${target}/${port.protocol}`);
      if (!targets.has(port.number)) targets.set(port.number, target);
    }
  }
  return targets;
}

/** Where no Service selects the workload: the ports that EndpointSlices say its address has (`controller.go:GetProxyServiceTargets`). */
function statedPortsOf(
  mesh: Mesh,
  { namespace, labels }: GatewayWorkload,
): ReadonlyMap<number, number> {
  const targets = new Map<number, number>();
  const pod =
    mesh.statedSlices.byService.size === 0
      ? undefined
      : mesh.workloadIndex.select(namespace, labels)[0];
  if (pod === undefined) return targets;
  for (const service of mesh.services) {
    const { resource, host } = service;
    if (service.namespace !== namespace || resource.kind !== 'Service') continue;
    if (resource.metadata.labels?.[translationOptOut] !== undefined) continue;
    for (const { address, servicePort, port, fromEntry } of endpointsOf(mesh, host, namespace))
      if (address === pod.ip && !fromEntry && !targets.has(servicePort))
        targets.set(servicePort, port);
  }
  return targets;
}

/**
 * A named target is a container port of that name and protocol in the gateway's Pod (`kube/controller/util.go:FindPort`), compared
 * as written: the API server fills in TCP, a Pod document without it has none. Of a template, which only a cluster makes Pods of, it has.
 */
function gatewayTarget(
  mesh: Mesh,
  { namespace, labels }: GatewayWorkload,
  port: MeshPort,
  transport: string,
): number | null {
  if (typeof port.targetPort !== 'string') return port.targetPort || port.number;
  const pods: readonly Workload[] = mesh.workloadIndex.select(namespace, labels);
  for (const { ports, standIn } of pods) {
    const found = ports.find(
      ({ name, written }) =>
        name === port.targetPort && (written === transport || (standIn && written === '')),
    );
    if (found !== undefined) return found.number;
  }
  return null;
}
