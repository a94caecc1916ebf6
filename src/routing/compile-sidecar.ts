/** The outbound listeners of a sidecar on one port (`core/listener.go:buildSidecarOutboundListeners`). */
import { parseAddress } from '../address/index.ts';
import {
  classOf,
  endpointsOfPort,
  type Labels,
  type Mesh,
  type MeshPort,
  type MeshService,
  type PortProtocol,
  wildcardAddress,
} from '../mesh/index.ts';
import { type ClientFamily, firstOfBoth, loopbackFor, wildcardFor } from './client-family.ts';
import { type ServicePortInput, tcpChains, unconditional } from './compile-sidecar-tcp.ts';
import { tlsChains } from './compile-sidecar-tls.ts';
import { effectiveSni, type FilterChain, httpAlpn, isMatchAll, type Listener } from './listener.ts';
import { type JoinResult, join, type ListenerDraft } from './listener-conflicts.ts';
import { rejectionOf } from './rejection.ts';
import type { RuleObserver } from './rule-observer.ts';
import type { EgressListener, SidecarScope } from './sidecar-scope.ts';
import { VirtualServicesForHost } from './virtual-services-for-host.ts';

/** The client whose sidecar it is. */
export type Client = {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string | null;
  readonly family: ClientFamily;
};

/** One service's port at one address, about to be put on a listener. */
export type Placement = {
  readonly egress: EgressListener;
  readonly service: MeshService;
  readonly port: number;
  readonly protocol: PortProtocol;
  readonly bind: string;
  /** Where it opens a listener of a client with both families, that listens in both. */
  readonly inBoth: boolean;
  readonly cidrs: readonly string[];
  /** The pod whose address it is, where a headless service listens for each of them. */
  readonly pod: string | null;
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

/** The addresses of a port on which something is put, in their canonical form. */
export function addressesOn(
  mesh: Mesh,
  scope: SidecarScope,
  { family }: Client,
  port: number,
): Iterable<string> {
  const [only, ...more] = scope.egress.map((egress) => placementsOn(mesh, egress, family, port));
  if (only === undefined) return [];
  return more.length === 0 ? only.keys() : new Set([only, ...more].flatMap((on) => [...on.keys()]));
}

/** The one listener on an address: what other addresses of the port hold makes no difference to it. */
export function sidecarListener(
  mesh: Mesh,
  scope: SidecarScope,
  client: Client,
  port: number,
  key: string,
  observer: PlacementObserver | null = null,
): Listener | null {
  let draft: ListenerDraft | null = null;
  let egress: EgressListener | null = null;
  const going = keyOf(mesh, scope, client, port, key);
  for (const from of scope.egress)
    for (const place of placementsOn(mesh, from, client.family, port).get(going) ?? []) {
      // A headless pod has no listener for itself.
      if (place.pod !== null && place.pod === client.ip) continue;
      if (place.egress !== egress && place.egress.port === null && draft !== null)
        draft.locked = true;
      egress = place.egress;
      draft = put(draft, client, place, observer);
    }
  return draft === null ? null : finished(draft);
}

/** Under which address a listener goes: one in both families under the first, where nothing has the second for itself. */
function keyOf(
  mesh: Mesh,
  scope: SidecarScope,
  { family }: Client,
  port: number,
  key: string,
): string {
  const first = family === 'both' ? firstByKey.get(key) : undefined;
  if (first === undefined) return key;
  const firstAt = (address: string) =>
    scope.egress
      .map((egress) => placementsOn(mesh, egress, family, port).get(address)?.[0])
      .find((place) => place !== undefined);
  return firstAt(key) === undefined && firstAt(first)?.inBoth === true ? first : key;
}

const firstByKey = new Map([...firstOfBoth].map(([second, first]) => [addressKey(second), first]));

const placements = new WeakMap<
  EgressListener,
  Map<string, ReadonlyMap<string, readonly Placement[]>>
>();

/** What an egress listener puts on each address of a port, in Istio's order; the same for all clients of a scope and family. */
function placementsOn(
  mesh: Mesh,
  egress: EgressListener,
  family: ClientFamily,
  port: number,
): ReadonlyMap<string, readonly Placement[]> {
  let known = placements.get(egress);
  if (known === undefined) {
    known = new Map();
    placements.set(egress, known);
  }
  let byAddress = known.get(`${family}/${port}`);
  if (byAddress === undefined) {
    const growing = new Map<string, Placement[]>();
    for (const place of placementsOf(mesh, egress, family, port)) {
      if (classOf(place.protocol) === 'udp') continue;
      const key = addressKey(place.bind);
      const list = growing.get(key);
      if (list === undefined) growing.set(key, [place]);
      else list.push(place);
    }
    byAddress = growing;
    known.set(`${family}/${port}`, byAddress);
  }
  return byAddress;
}

function* placementsOf(
  mesh: Mesh,
  egress: EgressListener,
  family: ClientFamily,
  port: number,
): Generator<Placement> {
  if (egress.port !== null) {
    if (egress.port.number === port) yield* explicitPlacements(egress, egress.port, family);
    return;
  }
  for (const service of egress.servicesByPort.get(port) ?? []) {
    for (const servicePort of service.ports)
      if (servicePort.number === port)
        yield* servicePlacements(mesh, egress, service, servicePort, family);
  }
}

/** A Sidecar's egress port: all its services speak what the entry says. */
function* explicitPlacements(
  egress: EgressListener,
  { number: port, protocol }: { readonly number: number; readonly protocol: PortProtocol },
  family: ClientFamily,
): Generator<Placement> {
  if (isReserved(egress, port, protocol, family)) return;
  for (const service of egress.services) {
    if (service.resolution === 'alias') continue;
    yield placement(egress, service, port, protocol, family);
  }
}

/** A service's own port: at its address, or at each of its pods', ready or not, where it is headless. */
function* servicePlacements(
  mesh: Mesh,
  egress: EgressListener,
  service: MeshService,
  { number: port, protocol }: MeshPort,
  family: ClientFamily,
): Generator<Placement> {
  if (service.resolution === 'alias' || isReserved(egress, port, protocol, family)) return;
  const portClass = classOf(protocol);
  const headless =
    egress.bind === '' &&
    !egress.onLoopback &&
    service.resolution === 'passthrough' &&
    service.address === wildcardAddress &&
    portClass !== 'http' &&
    portClass !== 'udp';
  if (!headless || isPlainServiceEntry(mesh, service, port)) {
    yield placement(egress, service, port, protocol, family);
    return;
  }
  const seen = new Set<string>();
  for (const { address } of endpointsOfPort(mesh, service.host, service.namespace, port)) {
    if (seen.has(address)) continue;
    if (parseAddress(address) === null) continue;
    seen.add(address);
    yield { ...unplaced, egress, service, port, protocol, bind: address, pod: address };
  }
}

/** A ServiceEntry that goes to wherever the client dials and selects no workloads has no pods to listen for. */
function isPlainServiceEntry(mesh: Mesh, service: MeshService, port: number): boolean {
  return (
    service.resource.kind === 'ServiceEntry' &&
    service.selector === null &&
    endpointsOfPort(mesh, service.host, service.namespace, port).length === 0
  );
}

/** Envoy's own ports; only what would listen on the wildcard address meets them. */
const reservedPorts = new Set([15001, 15006, 15021, 15090]);

function isReserved(
  { bind, onLoopback }: EgressListener,
  port: number,
  protocol: PortProtocol,
  family: ClientFamily,
): boolean {
  if (onLoopback || !reservedPorts.has(port)) return false;
  return bind === '' ? classOf(protocol) === 'http' : bind === wildcardFor(family);
}

const unplaced = { inBoth: false, cidrs: [], pod: null };

function placement(
  egress: EgressListener,
  service: MeshService,
  port: number,
  protocol: PortProtocol,
  family: ClientFamily,
): Placement {
  const base = { ...unplaced, egress, service, port, protocol };
  if (egress.bind !== '') return { ...base, bind: egress.bind };
  const inBoth = family === 'both';
  if (egress.onLoopback) return { ...base, bind: loopbackFor(family), inBoth };
  const everywhere = { ...base, bind: wildcardFor(family), inBoth };
  if (classOf(protocol) === 'http') return everywhere;
  const address = addressFor(service, family);
  if (address.includes('/')) return { ...everywhere, cidrs: [address] };
  // A headless Service stays on the IPv4 wildcard, whatever the client's family.
  if (address === wildcardAddress && service.resource.kind !== 'Service') return everywhere;
  return { ...base, bind: address };
}

/**
 * The address of the client's family; a service that has only the other keeps it. A client with both takes the service's first
 * (`service.go:GetAddressForProxy`).
 */
export function addressFor(service: MeshService, family: ClientFamily): string {
  if (family === 'both' || service.extraAddresses.length === 0) return service.address;
  const addresses = [service.address, ...service.extraAddresses];
  return addresses.find((ip) => parseAddress(ip)?.family === family) ?? service.address;
}

/** draft: what is on the address so far; the answer is what is on it then. */
function put(
  draft: ListenerDraft | null,
  client: Client,
  place: Placement,
  observer: PlacementObserver | null,
): ListenerDraft {
  const { service, port, bind } = place;
  if (draft?.locked === true) {
    observer?.place(place, 'locked');
    return draft;
  }
  const chains = chainsOf(place, client, observer?.rules(place) ?? null);
  const owner = { kind: 'service', service, port } as const;
  if (draft !== null) {
    const result = join(draft, place.protocol, chains);
    if (result !== 'dropped' && result !== 'locked') draft.owners.push(owner);
    observer?.place(place, result);
    return draft;
  }
  const onlySomeBytes = classOf(place.protocol) === 'http' && bind === wildcardFor(client.family);
  observer?.place(place, 'first');
  return {
    bind,
    port,
    protocol: onlySomeBytes && place.protocol !== 'http_proxy' ? 'auto' : place.protocol,
    locked: false,
    chains,
    owners: [owner],
  };
}

/** What a service brings to its listener. Of a sniffed port HTTP has a chain of its own, beside those for everything else. */
function chainsOf(
  place: Placement,
  client: Client,
  observer: RuleObserver | null,
): readonly FilterChain[] {
  const { protocol, service, egress, port, cidrs } = place;
  const wildcardBind = place.bind === wildcardFor(client.family);
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
      return protocol !== 'http_proxy' && wildcardBind
        ? [sniffedHttp]
        : [{ ...unconditional, target: { kind: 'http' } }];
    case 'tls':
      return tlsChains({ ...input, wildcardBind }, observer);
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
