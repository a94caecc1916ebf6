/**
 * The gateways of a mesh to the sockets that stand for them. Every address that a server is bound to is one of this computer.
 */
import { parseAddress } from '../address/index.ts';
import { isGatewayWorkload, type Mesh, type Workload } from '../mesh/index.ts';
import type { SocketAddress } from '../proxy/index.ts';
import {
  type Compiled,
  compile,
  endsTls,
  type Listener,
  listenerFor,
  type Viewpoint,
} from '../routing/index.ts';
import { type GatewayPlace, gatewayPlaces, hostOf } from './gateway-place.ts';
import { hostPortText, sameAddress } from './mesh-address.ts';

type GatewayViewpoint = Extract<Viewpoint, { readonly kind: 'gateway' }>;

/** A port of a gateway workload that has a listener now. */
export type PlannedListener = {
  /** `istio-system/istio-ingressgateway:31400`; with a bind `istio-system/istio-ingressgateway@10.1.2.3:31400`. */
  readonly name: string;
  readonly gateway: string;
  readonly owner: string | null;
  readonly viewpoint: GatewayViewpoint;
  /** The one address of the gateway's Pod where it listens; null: every address without a listener of its own on the port. */
  readonly bind: string | null;
  /** The port that the gateway's Pod listens on. */
  readonly port: number;
  /** The port of the Gateway's server, and of the Service before it: what clients dial. */
  readonly dialled: number;
  /** Where it is wanted. */
  readonly address: SocketAddress;
  /** `namespace/name` of the Gateways that have a server there. */
  readonly objects: readonly string[];
};

/** A gateway workload, with listeners or not yet. */
export type PlannedGateway = {
  /** `istio-system/istio-ingressgateway` */
  readonly key: string;
  readonly place: GatewayPlace;
  readonly viewpoint: GatewayViewpoint;
  /** Its addresses in the mesh. */
  readonly podIps: readonly string[];
  /** Its address on this computer. */
  readonly host: string;
  readonly listeners: readonly PlannedListener[];
  /** Why a server of it opens nothing here that it would open in a cluster, a sentence each. */
  readonly unopened: readonly string[];
  /** Which of its servers would end TLS in a cluster, a sentence each: nothing here has their keys. */
  readonly unterminated: readonly string[];
};

/** What who dials these addresses of a gateway's Pod meets: the listeners that have one of them for themselves, else that of every address. */
export function listenersMet(
  listeners: readonly PlannedListener[],
  port: number,
  addresses: readonly string[],
): readonly PlannedListener[] {
  const onPort = listeners.filter((one) => one.port === port);
  const own = onPort.filter(
    ({ bind }) => bind !== null && addresses.some((address) => sameAddress(address, bind)),
  );
  return own.length > 0 ? own : onPort.filter(({ bind }) => bind === null);
}

/** Replicas of one Deployment are one gateway here. */
export function gatewayKey({ namespace, name, owner }: Workload): string {
  return `${namespace}/${owner?.name ?? name}`;
}

/**
 * In the order of the input, those that listen first: 127.0.0.1, 127.0.0.2… A server without a rule has no listener, as in Istio, and
 * so nothing is opened for it. Those of before keep their places.
 */
export function plannedGateways(
  mesh: Mesh,
  before: readonly PlannedGateway[],
): readonly PlannedGateway[] {
  const gateways = new Map<string, Workload>();
  for (const workload of mesh.workloads) {
    if (workload.state === 'not-running' || !isGatewayWorkload(workload, mesh)) continue;
    const key = gatewayKey(workload);
    if (!gateways.has(key)) gateways.set(key, workload);
  }
  const found = [...gateways.values()].map((workload) => ({
    workload,
    ...listenersOf(mesh, workload),
  }));
  const listening = found.filter(({ open }) => open.length > 0);
  const silent = found.filter(({ open }) => open.length === 0);
  const ordered = [...listening, ...silent].map((one) => ({
    ...one,
    key: gatewayKey(one.workload),
    binds: one.open.flatMap(({ bind }) => bind ?? []),
  }));
  const placeOf = gatewayPlaces(before, new Set(gateways.keys()));
  return ordered.map((gateway) => placed(gateway, placeOf(gateway)));
}

type Open = { readonly listener: Listener; readonly bind: string | null };

type FoundGateway = {
  readonly workload: Workload;
  readonly viewpoint: GatewayViewpoint;
  readonly open: readonly Open[];
  readonly unopened: readonly string[];
  readonly unterminated: readonly string[];
};

function listenersOf(mesh: Mesh, { namespace, labels }: Workload): Omit<FoundGateway, 'workload'> {
  const viewpoint = { kind: 'gateway', namespace, labels } as const;
  const compiled = compile(mesh, viewpoint);
  if (compiled.kind !== 'gateway') return { viewpoint, open: [], unopened: [], unterminated: [] };
  const listeners = [...compiled.gateway.byPort.values()].flatMap((byBind) => [...byBind.values()]);
  const isSocket = ({ bind }: Listener): boolean => parseAddress(bind) === null;
  return {
    viewpoint,
    open: listeners
      .filter((listener) => !isSocket(listener))
      .map((listener) => ({ listener, bind: ownBind(compiled, viewpoint, listener) }))
      // What takes every address comes before what takes one.
      .sort((a, b) => Number(a.bind !== null) - Number(b.bind !== null)),
    unopened: listeners
      .filter(isSocket)
      .map(
        (listener) =>
          `${asker(objectsOf(listener))}: ${listener.bind} is a socket inside the gateway's Pod, and nothing is opened for it here`,
      ),
    unterminated: listeners.filter((listener) => !isSocket(listener)).flatMap(unterminatedAt),
  };
}

function unterminatedAt({ owners, port }: Listener): readonly string[] {
  const lines = owners.flatMap((owner) => {
    if (owner.kind !== 'server' || !endsTls(owner.server)) return [];
    const dialled = owner.server.port?.number ?? port;
    return `Gateway ${owner.gateway} port ${dialled}: TLS (${owner.server.tls?.mode}) is not terminated here, bytes are relayed as they come`;
  });
  return [...new Set(lines)];
}

/** Null for the listener that a call without an address meets. */
function ownBind(compiled: Compiled, from: Viewpoint, listener: Listener): string | null {
  const to = { port: listener.port };
  return listenerFor(compiled, { from, to, protocol: 'tcp' }) === listener ? null : listener.bind;
}

function placed(
  {
    key,
    workload,
    viewpoint,
    open,
    unopened,
    unterminated,
  }: FoundGateway & { readonly key: string },
  place: GatewayPlace,
): PlannedGateway {
  const host = hostOf(place, null);
  const listeners = open.map(({ listener, bind }): PlannedListener => {
    const dialled = dialledAt(listener);
    return {
      name:
        bind === null
          ? `${key}:${dialled}`
          : `${key}@${hostPortText({ host: bind, port: dialled })}`,
      gateway: `${workload.namespace}/${workload.name}`,
      owner: workload.owner === null ? null : key,
      viewpoint,
      bind,
      port: listener.port,
      dialled,
      address: { host: hostOf(place, bind), port: dialled },
      objects: objectsOf(listener),
    };
  });
  return { key, place, viewpoint, podIps: workload.ips, host, listeners, unopened, unterminated };
}

/** What people know a listener by: the port of its first server. */
function dialledAt({ owners, port }: Listener): number {
  for (const owner of owners) if (owner.kind === 'server') return owner.server.port?.number ?? port;
  return port;
}

function objectsOf({ owners }: Listener): readonly string[] {
  return [...new Set(owners.flatMap((owner) => (owner.kind === 'server' ? owner.gateway : [])))];
}

/** Who asks for a port, for messages. */
export function asker([object]: PlannedListener['objects']): string {
  return object === undefined ? 'a Gateway' : `Gateway ${object}`;
}
