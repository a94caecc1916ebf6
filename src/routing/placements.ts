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

const placements = new WeakMap<
  EgressListener,
  Map<string, ReadonlyMap<string, readonly Placement[]>>
>();

/** What an egress listener puts on each address of a port, in Istio's order; the same for all clients of a scope and family. */
export function placementsOn(
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

/** The same for two texts of one address. */
export function addressKey(text: string): string {
  if (!text.includes(':')) return text;
  const address = parseAddress(text);
  return address === null ? text : `6:${address.bits.toString(16)}`;
}
