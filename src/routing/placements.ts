/** Where services are put: each port of a service on an address, before anything is compiled for a client. */
import { parseAddress } from '../address/index.ts';
import {
  classOf,
  endpointsOfPort,
  type Mesh,
  type MeshPort,
  type MeshService,
  type PortProtocol,
  wildcardAddress,
} from '../mesh/index.ts';
import { type ClientFamily, loopbackFor, wildcardFor } from './client-family.ts';
import type { EgressListener } from './sidecar-scope.ts';

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

/** By address, in Istio's order. */
export type Placements = {
  readonly get: (address: string) => readonly Placement[] | undefined;
  readonly keys: () => Iterable<string>;
  readonly values: () => Iterable<readonly Placement[]>;
};

const placements = new WeakMap<EgressListener, Map<string, Placements>>();

/** What an egress listener puts on each address of a port, in Istio's order; the same for all clients of a scope and family. */
export function placementsOn(
  mesh: Mesh,
  egress: EgressListener,
  family: ClientFamily,
  port: number,
): Placements {
  let known = placements.get(egress);
  if (known === undefined) {
    known = new Map();
    placements.set(egress, known);
  }
  let byAddress = known.get(`${family}/${port}`);
  if (byAddress === undefined) {
    byAddress = new PlacementsOfListener(sharedPlacements(mesh, egress, family, port), egress);
    known.set(`${family}/${port}`, byAddress);
  }
  return byAddress;
}

type ByAddress = ReadonlyMap<string, readonly Placement[]>;

/** Those of another listener of the same services, with this one in its place: made for the addresses that somebody asks for. */
class PlacementsOfListener implements Placements {
  private readonly shared: ByAddress;
  private readonly egress: EgressListener;
  private readonly own = new Map<string, readonly Placement[]>();

  constructor(shared: ByAddress, egress: EgressListener) {
    this.shared = shared;
    this.egress = egress;
  }

  get(address: string): readonly Placement[] | undefined {
    let own = this.own.get(address);
    if (own === undefined) {
      const { egress } = this;
      own = this.shared.get(address)?.map((one) => ({ ...one, egress }));
      if (own !== undefined) this.own.set(address, own);
    }
    return own;
  }

  keys(): Iterable<string> {
    return this.shared.keys();
  }

  *values(): Iterable<readonly Placement[]> {
    for (const address of this.keys()) yield this.get(address) ?? [];
  }
}

const sharedByServices = new WeakMap<EgressListener['servicesByPort'], Map<string, ByAddress>>();

/**
 * Listeners of the same services differ in their VirtualServices alone: where namespaces have some of their own and see the same
 * services, each would make all of this anew.
 */
function sharedPlacements(
  mesh: Mesh,
  egress: EgressListener,
  family: ClientFamily,
  port: number,
): ByAddress {
  let known = sharedByServices.get(egress.servicesByPort);
  if (known === undefined) {
    known = new Map();
    sharedByServices.set(egress.servicesByPort, known);
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

/** The same for two texts of one address. */
export function addressKey(text: string): string {
  if (!text.includes(':')) return text;
  const address = parseAddress(text);
  return address === null ? text : `6:${address.bits.toString(16)}`;
}
