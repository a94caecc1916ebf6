/** The listeners of a gateway workload (`core/gateway.go:buildGatewayListeners`). */

import { classOf, hostCovers, type MeshService, type MeshVirtualService } from '../mesh/index.ts';
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import { destinationRuleFor, type ProxyView } from './cluster.ts';
import { unconditional } from './compile-sidecar-tcp.ts';
import { matchesServer, serverNames, sharesHost } from './gateway-rules.ts';
import {
  type GatewayServer,
  isPlaintext,
  type MergedServers,
  mergeServers,
  passesTls,
  serverHosts,
  servesHttp,
} from './gateway-servers.ts';
import type { FilterChain, Listener, ListenerOwner } from './listener.ts';
import { rejectionOf } from './rejection.ts';
import type { RuleObserver } from './rule-observer.ts';
import type { MatchContext } from './static-match.ts';

/** Told how the rules for each server were gone through. */
export type ServerObserver = {
  readonly rules: (entry: GatewayServer) => RuleObserver;
};

export type GatewayListeners = {
  readonly servers: MergedServers;
  /** By port, then by bind address. A listener without any chain is not opened. */
  readonly byPort: ReadonlyMap<number, ReadonlyMap<string, Listener>>;
};

type Draft = {
  readonly bind: string;
  readonly port: number;
  readonly chains: FilterChain[];
  readonly owners: ListenerOwner[];
  /** Of the plaintext HTTP servers that have their chain, serverPort. */
  readonly http: Set<string>;
  tls: boolean;
};

export function gatewayListeners(
  view: ProxyView,
  observer: ServerObserver | null = null,
): GatewayListeners {
  const servers = mergeServers(view.mesh, view);
  const drafts = new Map<string, Draft>();
  const sniByPort = new Map<number, Map<string, string>>();
  for (const entry of servers.taken) {
    const key = `${entry.port}\n${entry.bind}`;
    const sniTaken = sniByPort.get(entry.port) ?? new Map<string, string>();
    sniByPort.set(entry.port, sniTaken);
    const draft = drafts.get(key) ?? {
      bind: entry.bind,
      port: entry.port,
      chains: [],
      owners: [],
      http: new Set<string>(),
      tls: false,
    };
    drafts.set(key, draft);
    addServer(view, draft, entry, sniTaken, observer);
  }
  return { servers, byPort: finished(drafts) };
}

function finished(drafts: ReadonlyMap<string, Draft>): Map<number, Map<string, Listener>> {
  const byPort = new Map<number, Map<string, Listener>>();
  for (const { bind, port, chains, owners, tls } of drafts.values()) {
    if (chains.length === 0) continue;
    const listeners = byPort.get(port) ?? new Map<string, Listener>();
    byPort.set(port, listeners);
    listeners.set(bind, {
      bind,
      port,
      chains,
      defaultChain: null,
      inspectsTls: tls,
      inspectsHttp: false,
      owners,
      rejection: rejectionOf(chains),
    });
  }
  return byPort;
}

function addServer(
  view: ProxyView,
  draft: Draft,
  entry: GatewayServer,
  sniTaken: Map<string, string>,
  observer: ServerObserver | null,
): void {
  const { server, gateway } = entry;
  const name = `${gateway.namespace}/${gateway.name}`;
  draft.owners.push({ kind: 'server', server, gateway: name });
  const plaintext = isPlaintext(server);
  if (!plaintext) draft.tls = true;
  if (servesHttp(server)) {
    if (plaintext && draft.http.has(entry.serverPort)) return;
    if (plaintext) draft.http.add(entry.serverPort);
    const sniHosts = plaintext ? [] : serverNames(entry);
    draft.chains.push({ ...unconditional, sniHosts, target: { kind: 'http' } });
  } else if (server.tls === undefined) draft.chains.push(...tcpChain(view, entry, [], observer));
  else if (!passesTls(server))
    draft.chains.push(...tcpChain(view, entry, serverNames(entry), observer));
  else if (server.tls.mode === 'AUTO_PASSTHROUGH')
    draft.chains.push(...autoPassthroughChains(view, entry));
  else draft.chains.push(...tlsPassthroughChains(view, entry, sniTaken, observer));
}

/** VirtualServices that name the Gateway and share a host with the server, in order. */
function* candidates(view: ProxyView, entry: GatewayServer): Generator<MeshVirtualService> {
  const name = `${entry.gateway.namespace}/${entry.gateway.name}`;
  const hosts = serverHosts(entry.gateway, entry.server);
  for (const virtualService of view.mesh.virtualServices.visibleTo(view.namespace, name)) {
    if (sharesHost(virtualService, hosts)) yield virtualService;
  }
}

function contextOf(view: ProxyView, { server }: GatewayServer): MatchContext {
  return { namespace: view.namespace, labels: view.labels, port: server.port?.number ?? 0 };
}

/** The first tcp rule of the first VirtualService that has one for the server takes all its connections. */
function tcpChain(
  view: ProxyView,
  entry: GatewayServer,
  sniHosts: readonly string[],
  observer: ServerObserver | null,
): FilterChain[] {
  const told = observer?.rules(entry) ?? null;
  const context = contextOf(view, entry);
  for (const virtualService of candidates(view, entry)) {
    for (const rule of virtualService.resource.spec.tcp ?? []) {
      const route = rule.route ?? [];
      if (route.length === 0) {
        told?.rule(virtualService, rule, 'no-route');
        continue;
      }
      const matches = rule.match ?? [];
      const held = matches.some((match) => {
        const holds = matchesServer(match, entry, virtualService.namespace);
        told?.match(virtualService, match, context, holds);
        return holds;
      });
      if (matches.length > 0 && !held) {
        told?.rule(virtualService, rule, 'no-match');
        continue;
      }
      told?.rule(virtualService, rule, 'terminal');
      return [ruleChain(virtualService, rule, sniHosts, context.port)];
    }
  }
  return [];
}

function ruleChain(
  virtualService: MeshVirtualService,
  rule: TcpRoute | TlsRoute,
  sniHosts: readonly string[],
  listenPort: number,
): FilterChain {
  const source = { virtualService, rule, route: rule.route ?? [] };
  return { ...unconditional, sniHosts, target: { kind: 'rule', source, listenPort } };
}

/** Every tls match for the server, unless one of its names is taken on the port. */
function tlsPassthroughChains(
  view: ProxyView,
  entry: GatewayServer,
  sniTaken: Map<string, string>,
  observer: ServerObserver | null,
): FilterChain[] {
  const told = observer?.rules(entry) ?? null;
  const chains: FilterChain[] = [];
  for (const virtualService of candidates(view, entry)) {
    for (const rule of virtualService.resource.spec.tls ?? []) {
      const context = contextOf(view, entry);
      const added = passthroughRule(virtualService, rule, entry, context, sniTaken, told);
      chains.push(...added);
    }
  }
  return chains;
}

function passthroughRule(
  virtualService: MeshVirtualService,
  rule: TlsRoute,
  entry: GatewayServer,
  context: MatchContext,
  sniTaken: Map<string, string>,
  told: RuleObserver | null,
): readonly FilterChain[] {
  if ((rule.route ?? []).length === 0) {
    told?.rule(virtualService, rule, 'no-route');
    return [];
  }
  const chains: FilterChain[] = [];
  let taken = false;
  for (const match of rule.match ?? []) {
    const holds = matchesServer(match, entry, virtualService.namespace);
    told?.match(virtualService, match, context, holds);
    if (!holds) continue;
    const sniHosts = match.sniHosts ?? [];
    if (takeNames(sniHosts, entry.writtenBind, sniTaken))
      chains.push(ruleChain(virtualService, rule, sniHosts, context.port));
    else taken = true;
  }
  const result = chains.length > 0 ? 'some' : taken ? 'duplicate-sni' : 'no-match';
  told?.rule(virtualService, rule, result);
  return chains;
}

/** Takes the names if all of them are free (`model/gateway.go:CheckDuplicates`). */
function takeNames(names: readonly string[], bind: string, taken: Map<string, string>): boolean {
  if (names.some((name) => taken.get(name) === bind)) return false;
  for (const name of names) taken.set(name, bind);
  return true;
}

/** One chain for each cluster of a service inside the mesh, by its name as SNI (`builtAutoPassthroughFilterChains`). */
function autoPassthroughChains(view: ProxyView, entry: GatewayServer): FilterChain[] {
  const hosts = serverNames(entry);
  return [...view.services.values()].flatMap((service) => {
    if (isOutside(service) || !hosts.some((host) => hostCovers(host, service.host))) return [];
    const subsets = ['', ...(destinationRuleFor(view, service)?.subsets.keys() ?? [])];
    return service.ports
      .filter(({ protocol }) => classOf(protocol) !== 'udp')
      .flatMap(({ number: port }) =>
        subsets.map((subset) => ({
          ...unconditional,
          sniHosts: [`outbound_.${port}_.${subset}_.${service.host}`],
          target: { kind: 'cluster', host: service.host, port, subset } as const,
        })),
      );
  });
}

/** An ExternalName counts as outside too. */
function isOutside({ resource, resolution }: MeshService): boolean {
  if (resolution === 'alias') return true;
  return resource.kind === 'ServiceEntry' && resource.spec.location !== 'MESH_INTERNAL';
}
