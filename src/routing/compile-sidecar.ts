/** The outbound listeners of a sidecar on one port (`core/listener.go:buildSidecarOutboundListeners`). */
import { parseAddress } from '../address/index.ts';
import {
  classOf,
  endpointsOf,
  type Labels,
  type Mesh,
  type MeshPort,
  type MeshService,
  type PortProtocol,
  wildcardAddress,
} from '../mesh/index.ts';
import { type ServicePortInput, tcpChains, unconditional } from './compile-sidecar-tcp.ts';
import { tlsChains } from './compile-sidecar-tls.ts';
import { effectiveSni, type FilterChain, httpAlpn, isMatchAll, type Listener } from './listener.ts';
import { type JoinResult, join, type ListenerDraft } from './listener-conflicts.ts';
import { rejectionOf } from './rejection.ts';
import type { RuleObserver } from './rule-observer.ts';
import type { EgressListener, SidecarScope } from './sidecar-scope.ts';
import { VirtualServicesForHost } from './virtual-services-for-host.ts';

/** The client whose sidecar it is. family: of its address, 4 where that is not known. */
export type Client = {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string | null;
  readonly family: 4 | 6;
};

/** One service's port at one address, about to be put on a listener. */
export type Placement = {
  readonly egress: EgressListener;
  readonly service: MeshService;
  readonly port: number;
  readonly protocol: PortProtocol;
  readonly bind: string;
  readonly cidrs: readonly string[];
};

/** Told about each service that is put on a listener, with what its rules went through. */
export type PlacementObserver = {
  readonly place: (placement: Placement, result: JoinResult | 'first') => void;
  readonly rules: (placement: Placement) => RuleObserver;
};

const indexes = new WeakMap<EgressListener, VirtualServicesForHost>();

function virtualServicesFor(egress: EgressListener, host: string) {
  let index = indexes.get(egress);
  if (index === undefined) {
    index = new VirtualServicesForHost(egress.virtualServices);
    indexes.set(egress, index);
  }
  return index.of(host);
}

/** By bind address in its canonical form. */
export function sidecarListeners(
  mesh: Mesh,
  scope: SidecarScope,
  client: Client,
  port: number,
  observer: PlacementObserver | null = null,
): ReadonlyMap<string, Listener> {
  const drafts = new Map<string, ListenerDraft>();
  for (const egress of scope.egress) {
    if (egress.port === null) for (const draft of drafts.values()) draft.locked = true;
    for (const placement of placementsOf(mesh, egress, client, port))
      put(drafts, client, placement, observer);
  }
  const listeners = new Map<string, Listener>();
  for (const [key, draft] of drafts) listeners.set(key, finished(draft));
  return listeners;
}

function* placementsOf(
  mesh: Mesh,
  egress: EgressListener,
  client: Client,
  port: number,
): Generator<Placement> {
  if (egress.port !== null) {
    if (egress.port.number === port) yield* explicitPlacements(egress, egress.port, client);
    return;
  }
  for (const service of egress.servicesByPort.get(port) ?? []) {
    for (const servicePort of service.ports)
      if (servicePort.number === port)
        yield* servicePlacements(mesh, egress, service, servicePort, client);
  }
}

/** A Sidecar's egress port: all its services speak what the entry says. */
function* explicitPlacements(
  egress: EgressListener,
  { number: port, protocol }: { readonly number: number; readonly protocol: PortProtocol },
  client: Client,
): Generator<Placement> {
  if (isReserved(egress.bind, port, protocol)) return;
  for (const service of egress.services) {
    if (service.resolution === 'alias') continue;
    yield placement(egress, service, port, protocol, client);
  }
}

/** A service's own port: at its address, or at each of its pods' where it is headless. */
function* servicePlacements(
  mesh: Mesh,
  egress: EgressListener,
  service: MeshService,
  { number: port, protocol }: MeshPort,
  client: Client,
): Generator<Placement> {
  if (service.resolution === 'alias' || isReserved(egress.bind, port, protocol)) return;
  const portClass = classOf(protocol);
  const headless =
    egress.bind === '' &&
    service.resolution === 'passthrough' &&
    service.address === wildcardAddress &&
    portClass !== 'http' &&
    portClass !== 'udp';
  if (!headless || isPlainServiceEntry(mesh, service, port)) {
    yield placement(egress, service, port, protocol, client);
    return;
  }
  const seen = new Set<string>();
  for (const endpoint of endpointsOf(mesh, service.host, service.namespace)) {
    const { address, servicePort, healthy } = endpoint;
    if (servicePort !== port || !healthy || address === client.ip || seen.has(address)) continue;
    if (parseAddress(address) === null) continue;
    seen.add(address);
    yield { egress, service, port, protocol, bind: address, cidrs: [] };
  }
}

/** A ServiceEntry that goes to wherever the client dials and selects no workloads has no pods to listen for. */
function isPlainServiceEntry(mesh: Mesh, service: MeshService, port: number): boolean {
  return (
    service.resource.kind === 'ServiceEntry' &&
    service.selector === null &&
    !endpointsOf(mesh, service.host, service.namespace).some((e) => e.servicePort === port)
  );
}

/** Envoy's own ports; only what would listen on the wildcard address meets them. */
const reservedPorts = new Set([15001, 15006, 15021, 15090]);

function isReserved(bind: string, port: number, protocol: PortProtocol): boolean {
  const wildcard = bind === '' ? classOf(protocol) === 'http' : isWildcardBind(bind);
  return wildcard && reservedPorts.has(port);
}

function isWildcardBind(bind: string): boolean {
  return bind === '0.0.0.0' || bind === '::';
}

function placement(
  egress: EgressListener,
  service: MeshService,
  port: number,
  protocol: PortProtocol,
  client: Client,
): Placement {
  const wildcard = client.family === 4 ? '0.0.0.0' : '::';
  const base = { egress, service, port, protocol, cidrs: [] };
  if (egress.bind !== '') return { ...base, bind: egress.bind };
  if (classOf(protocol) === 'http') return { ...base, bind: wildcard };
  const address = addressFor(service, client.family);
  if (address.includes('/')) return { ...base, bind: wildcard, cidrs: [address] };
  if (address === wildcardAddress) return { ...base, bind: wildcard };
  return { ...base, bind: address };
}

/** The address of the client's family; a service that has only the other keeps it. */
export function addressFor(service: MeshService, family: 4 | 6): string {
  if (service.extraAddresses.length === 0) return service.address;
  const addresses = [service.address, ...service.extraAddresses];
  return addresses.find((ip) => parseAddress(ip)?.family === family) ?? service.address;
}

function put(
  drafts: Map<string, ListenerDraft>,
  client: Client,
  place: Placement,
  observer: PlacementObserver | null,
): void {
  const { service, port, bind } = place;
  if (classOf(place.protocol) === 'udp') return;
  const key = addressKey(bind);
  const draft = drafts.get(key);
  if (draft?.locked === true) {
    observer?.place(place, 'locked');
    return;
  }
  const chains = chainsOf(place, client, observer?.rules(place) ?? null);
  const owner = { kind: 'service', service, port } as const;
  if (draft !== undefined) {
    const result = join(draft, place.protocol, chains);
    if (result !== 'dropped' && result !== 'locked') draft.owners.push(owner);
    observer?.place(place, result);
    return;
  }
  const onlySomeBytes = classOf(place.protocol) === 'http' && isWildcardBind(bind);
  drafts.set(key, {
    bind,
    port,
    protocol: onlySomeBytes && place.protocol !== 'http_proxy' ? 'auto' : place.protocol,
    locked: false,
    chains,
    owners: [owner],
  });
  observer?.place(place, 'first');
}

/** What a service brings to its listener. Of a sniffed port HTTP has a chain of its own, beside those for everything else. */
function chainsOf(
  place: Placement,
  client: Client,
  observer: RuleObserver | null,
): readonly FilterChain[] {
  const { protocol, service, egress, port, cidrs } = place;
  const input: ServicePortInput = {
    service,
    virtualServices: virtualServicesFor(egress, service.host),
    cidrs,
    context: { namespace: client.namespace, labels: client.labels, port },
  };
  switch (classOf(protocol)) {
    case 'udp':
      return [];
    case 'http':
      return protocol !== 'http_proxy' && isWildcardBind(place.bind)
        ? [sniffedHttp]
        : [{ ...unconditional, target: { kind: 'http' } }];
    case 'tls':
      return tlsChains({ ...input, wildcardBind: isWildcardBind(place.bind) }, observer);
    case 'tcp':
      return tcpChains(input, observer);
    case 'auto':
      return [sniffedHttp, ...tcpChains(input, observer)];
  }
}

const sniffedHttp: FilterChain = {
  ...unconditional,
  transport: 'raw_buffer',
  alpn: httpAlpn,
  target: { kind: 'http' },
};

/** A chain without any condition becomes the default one, the last of several. */
function finished(draft: ListenerDraft): Listener {
  const matchAll = draft.chains.filter(isMatchAll);
  const chains = draft.chains.filter((chain) => !isMatchAll(chain));
  return {
    bind: draft.bind,
    port: draft.port,
    chains,
    defaultChain: matchAll.at(-1) ?? 'fallthrough',
    inspectsTls: chains.some((chain) => effectiveSni(chain).length > 0),
    inspectsHttp: chains.some((chain) => chain.alpn.length > 0),
    owners: draft.owners,
    rejection: rejectionOf(chains),
  };
}

/** The same for two texts of one address. */
export function addressKey(text: string): string {
  if (!text.includes(':')) return text;
  const address = parseAddress(text);
  return address === null ? text : `6:${address.bits.toString(16)}`;
}
