/**
 * Where the connection of a client in ambient mode goes. Its ztunnel knows services by their addresses, and no rule of any kind: it hands
 * what is for a service with a waypoint to that one, whatever the port, and balances all else itself (ztunnel's
 * `proxy/outbound.rs:build_request`). The waypoint finds the port and its one rule.
 */
import {
  classOf,
  isWildcard,
  type MeshPort,
  type MeshService,
  type WaypointBinding,
  waypointBindingOf,
  wildcardAddress,
} from '../mesh/index.ts';
import type { Call } from './call.ts';
import type { CompiledAmbient } from './compile.ts';
import type { ChainTarget } from './listener.ts';
import { resolveName } from './name-resolution.ts';
import { serviceAtAddress } from './service-at-address.ts';
import type { Outcome } from './verdict.ts';
import { chooseAtWaypoint, type WaypointChoice } from './waypoint.ts';

/**
 * ip: what is dialled, null where nobody knows. service: whose address that is. port: null where the service has no such port.
 * choice: of the waypoint, null where there is none or no rule has a say.
 */
export type AmbientDecision = {
  readonly ip: string | null;
  readonly service: MeshService | null;
  readonly port: MeshPort | null;
  readonly binding: WaypointBinding | null;
  readonly choice: WaypointChoice | null;
  readonly target: ChainTarget | null;
  readonly outcome: Outcome;
};

export function decideAmbient(compiled: CompiledAmbient, call: Call): AmbientDecision {
  const { ip, service } = dialled(compiled, call);
  const nothing = { ip, service, port: null, binding: null, choice: null, target: null };
  if (service === null) return { ...nothing, outcome: 'passthrough' };
  const binding = waypointBindingOf(compiled.mesh, service.resource);
  const found = { ...nothing, binding };
  if (binding.waypoint === null && !isBalanced(service))
    return { ...found, outcome: 'passthrough' };
  const port =
    service.ports.find(
      ({ number, protocol }) => number === call.to.port && classOf(protocol) !== 'udp',
    ) ?? null;
  if (port === null) return { ...found, outcome: 'no-filter-chain' };
  const own = { kind: 'service', service, port: port.number } as const;
  const here = { ...found, port };
  if (binding.waypoint === null) return { ...here, target: own, outcome: 'routed' };
  if (takesHttp(port, call)) return { ...here, outcome: 'http' };
  if (isTlsByRequest(service, port)) return { ...here, outcome: 'no-filter-chain' };
  const { namespace } = binding.waypoint;
  const choice = chooseAtWaypoint(compiled.mesh, namespace, service, port.number);
  const target =
    choice.taken === null
      ? own
      : ({ kind: 'rule', source: choice.taken, listenPort: port.number } as const);
  return { ...here, choice, target, outcome: 'routed' };
}

/** What has no endpoints of its own goes to where it was dialled; names by request only a waypoint resolves. */
function isBalanced({ resolution }: MeshService): boolean {
  return resolution !== 'passthrough' && resolution !== 'dynamic-dns';
}

/** Left out by default (`listener_waypoint.go:buildWaypointInternal`, ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS). */
function isTlsByRequest({ resolution }: MeshService, { protocol }: MeshPort): boolean {
  return resolution === 'dynamic-dns' && classOf(protocol) === 'tls';
}

/** Of a port whose protocol is not declared, HTTP bytes alone. */
function takesHttp({ protocol }: MeshPort, { protocol: bytes, sni }: Call): boolean {
  const portClass = classOf(protocol);
  return portClass === 'http' || (portClass === 'auto' && bytes === 'http' && sni === undefined);
}

type Dialled = Pick<AmbientDecision, 'ip' | 'service'>;

function dialled(compiled: CompiledAmbient, { to }: Call): Dialled {
  const { ip, host } = to;
  if (ip !== undefined && ip !== '')
    return { ip, service: serviceAtAddress(compiled.mesh, ip, null) };
  const found = host === undefined || host === '' ? null : resolveName(compiled, host);
  if (found === null) return { ip: null, service: null };
  const [address = null] = found.addresses;
  const { service } = found;
  if (service !== null && hasAddressOfItsOwn(service)) return { ip: address, service };
  return {
    ip: address,
    service: address === null ? null : serviceAtAddress(compiled.mesh, address, service),
  };
}

/** The control plane gives one to a ServiceEntry without addresses (`serviceentry/auto_allocation.go:ShouldV2AutoAllocateIP`). */
function hasAddressOfItsOwn(service: MeshService): boolean {
  const { resource, resolution, host, address } = service;
  if (resource.kind !== 'ServiceEntry' || address !== wildcardAddress) return false;
  if (resolution === 'passthrough') return false;
  if (isWildcard(host) && resolution !== 'dynamic-dns') return false;
  const opted = resource.metadata.labels?.['networking.istio.io/enable-autoallocate-ip'];
  return opted?.toLowerCase() !== 'false';
}
