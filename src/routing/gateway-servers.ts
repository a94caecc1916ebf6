/** The servers that a gateway workload opens: which Gateways select it, on which ports, and which servers lose to earlier ones (`gateway.go:mergeGateways`). */
import {
  classOf,
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
 * port: the one that the workload listens on; server.port.number is what clients of its Service dial.
 * protocol: as written, of the first of the plaintext servers that are merged into one; HTTP servers with the same have one chain.
 */
export type GatewayServer = {
  readonly gateway: Resource<'Gateway'>;
  readonly server: Server;
  readonly port: number;
  readonly bind: string;
  readonly protocol: string;
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

/** HTTP in the clear, or after TLS has been taken off. */
export function servesHttp(server: Server): boolean {
  return isHttp(server) || (isHttps(server) && server.tls !== undefined && !passesTls(server));
}

export function isPlaintext(server: Server): boolean {
  return server.tls === undefined || isHttp(server);
}

/** Hosts with `./` completed and `*` namespaces left out, as they are compared. */
export function serverHosts(gateway: Resource<'Gateway'>, server: Server): readonly string[] {
  return (server.hosts ?? []).map((host) => {
    if (host.startsWith('./')) return `${gateway.namespace}/${host.slice(2)}`;
    return host.startsWith('*/') ? host.slice(2) : host;
  });
}

export function mergeServers(mesh: Mesh, workload: GatewayWorkload): MergedServers {
  const merging = new ServerMerge();
  const targets = servicePortsOf(mesh, workload);
  for (const gateway of gatewaysFor(mesh, workload)) {
    for (const server of gateway.spec.servers ?? []) {
      const number = server.port?.number ?? 0;
      const bind = server.bind === undefined || server.bind === '' ? '0.0.0.0' : server.bind;
      const protocol = server.port?.protocol ?? '';
      merging.add({ gateway, server, port: targets.get(number) ?? number, bind, protocol });
    }
  }
  return { taken: merging.taken, skipped: merging.skipped };
}

/** What is open on one port so far. */
type PortState = {
  plaintext: GatewayServer | null;
  readonly hosts: Map<string, GatewayServer>;
  readonly routeNames: Map<string, GatewayServer>;
};

class ServerMerge {
  readonly taken: GatewayServer[] = [];
  readonly skipped: SkippedServer[] = [];
  readonly #ports = new Map<number, PortState>();

  add(entry: GatewayServer): void {
    const state = this.#ports.get(entry.port);
    const taker = state ?? { plaintext: null, hosts: new Map(), routeNames: new Map() };
    if (state === undefined) this.#ports.set(entry.port, taker);
    const refusal = this.#refusal(entry, taker, state === undefined);
    if (refusal !== null) {
      this.skipped.push({ ...entry, ...refusal });
      return;
    }
    const first = taker.plaintext;
    if (isPlaintext(entry.server)) taker.plaintext ??= entry;
    this.taken.push(first?.bind === entry.bind ? { ...entry, protocol: first.protocol } : entry);
  }

  #refusal(
    entry: GatewayServer,
    state: PortState,
    first: boolean,
  ): Pick<SkippedServer, 'reason' | 'by'> | null {
    const duplicate = takeHosts(entry, state);
    if (duplicate !== null) return { reason: 'host-taken', by: duplicate };
    const current = state.plaintext;
    if (!first && current !== null) {
      if (current.bind !== entry.bind) return null;
      const merges = isHttp(current.server) && isHttp(entry.server);
      return merges ? null : { reason: 'port-taken', by: current };
    }
    if (!servesHttp(entry.server) || isHttp(entry.server)) return null;
    const name = `${entry.gateway.namespace}/${entry.gateway.name}/${entry.server.port?.name ?? ''}`;
    const other = state.routeNames.get(name);
    if (other !== undefined) return { reason: 'port-name-taken', by: other };
    state.routeNames.set(name, entry);
    return null;
  }
}

/** A server with TLS takes its hosts on the port even if it is left out in the end. Returns the server that had one of them. */
function takeHosts(entry: GatewayServer, state: PortState): GatewayServer | null {
  if (entry.server.tls === undefined) return null;
  let holder: GatewayServer | null = null;
  for (const host of serverHosts(entry.gateway, entry.server)) {
    const before = state.hosts.get(host);
    if (before !== undefined && before.bind === entry.bind) holder ??= before;
    else state.hosts.set(host, entry);
  }
  return holder;
}

const translationOptOut = 'experimental.istio.io/disable-gateway-port-translation';

/** What the workload listens on for a port of one of its Services; the first that has the port counts. */
function servicePortsOf(mesh: Mesh, workload: GatewayWorkload): ReadonlyMap<number, number> {
  const targets = new Map<number, number>();
  for (const { namespace, selector, resource, ports } of mesh.services) {
    if (namespace !== workload.namespace || selector === null || resource.kind !== 'Service')
      continue;
    if (!labelsMatch(selector, workload.labels)) continue;
    if (resource.metadata.labels?.[translationOptOut] !== undefined) continue;
    const seen = new Set<string>();
    for (const [i, port] of ports.entries()) {
      const transport = resource.spec.ports?.[i]?.protocol ?? 'TCP';
      const target = gatewayTarget(mesh, workload, port, transport);
      if (target === null || seen.has(`${target}/${transport}`)) continue;
      seen.add(`${target}/${transport}`);
      if (!targets.has(port.number)) targets.set(port.number, target);
    }
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
