/** The first phase: what a proxy gets from the mesh. Everything that depends on the connection is left to select.ts. */
import { parseAddress } from '../address/index.ts';
import type { Mesh, Workload } from '../mesh/index.ts';
import type { Viewpoint } from './call.ts';
import type { ClientFamily } from './client-family.ts';
import type { ProxyView } from './cluster.ts';
import { type GatewayListeners, gatewayListeners } from './compile-gateway.ts';
import { addressesOn, type Client, sidecarListener } from './compile-sidecar.ts';
import { gatewayServices } from './gateway-scope.ts';
import type { Listener } from './listener.ts';
import { addressKey } from './placements.ts';
import { type SidecarScope, sidecarScopeOf } from './sidecar-scope.ts';

/** One proxy's configuration; a sidecar's listeners are made one by one as they are asked for, and kept. */
export type Compiled = CompiledProxy | CompiledAmbient;

/** An Envoy with listeners of its own. */
export type CompiledProxy = CompiledSidecar | CompiledGateway;

export type CompiledSidecar = {
  readonly kind: 'sidecar';
  readonly mesh: Mesh;
  readonly viewpoint: Viewpoint;
  readonly view: ProxyView;
  readonly client: Client;
  readonly scope: SidecarScope;
  /** address: in its canonical form (addressKey). */
  readonly listenerAt: (port: number, address: string) => Listener | null;
  /** By bind address. */
  readonly listenersOn: (port: number) => ReadonlyMap<string, Listener>;
};

export type CompiledGateway = {
  readonly kind: 'gateway';
  readonly mesh: Mesh;
  readonly viewpoint: Viewpoint;
  readonly view: ProxyView;
  readonly gateway: GatewayListeners;
  /** address: in its canonical form, as for sidecars. */
  readonly listenerAt: (port: number, address: string) => Listener | null;
  /** The workload's own address, where the mesh has it; what a cluster that goes to the dialled address gets. */
  readonly ownIp: string | null;
  readonly listenersOn: (port: number) => ReadonlyMap<string, Listener>;
};

/** No listeners: a ztunnel takes every connection, and what a waypoint has is asked for when a service is known. */
export type CompiledAmbient = {
  readonly kind: 'ambient';
  readonly mesh: Mesh;
  readonly viewpoint: Viewpoint;
  readonly view: ProxyView;
  readonly family: ClientFamily;
  readonly listenerAt: (port: number, address: string) => Listener | null;
  readonly listenersOn: (port: number) => ReadonlyMap<string, Listener>;
};

export function compile(mesh: Mesh, viewpoint: Viewpoint): Compiled {
  switch (viewpoint.kind) {
    case 'sidecar':
      return compileSidecar(mesh, viewpoint);
    case 'gateway':
      return compileGateway(mesh, viewpoint);
    case 'ambient':
      return compileAmbient(mesh, viewpoint);
  }
}

function compileAmbient(
  mesh: Mesh,
  viewpoint: Viewpoint & { readonly kind: 'ambient' },
): CompiledAmbient {
  const { namespace, labels, ip } = viewpoint;
  const workload = describedBy(mesh, viewpoint);
  const services = gatewayServices(mesh, namespace);
  const nodeName = workload?.nodeName ?? null;
  return {
    kind: 'ambient',
    mesh,
    viewpoint,
    view: { mesh, kind: 'ztunnel', namespace, labels, services, nodeName },
    family: familyOf(ip === undefined ? [] : (workload?.ips ?? [ip])),
    listenerAt: () => null,
    listenersOn: () => none,
  };
}

function compileSidecar(
  mesh: Mesh,
  viewpoint: Viewpoint & { readonly kind: 'sidecar' },
): CompiledSidecar {
  const { namespace, labels } = viewpoint;
  const ip = viewpoint.ip ?? null;
  const workload = describedBy(mesh, viewpoint);
  const family = familyOf(ip === null ? [] : (workload?.ips ?? [ip]));
  const client = { namespace, labels, ip, family };
  const scope = sidecarScopeOf(mesh, namespace, labels);
  const nodeName = workload?.nodeName ?? null;
  const { services } = scope;
  const view = { mesh, kind: 'sidecar', namespace, labels, services, nodeName } as const;
  const made = new Map<string, Listener>();
  const listenerAt = (port: number, address: string): Listener | null => {
    const key = `${port} ${address}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const listener = sidecarListener(mesh, scope, client, port, address);
    // Addresses come from clients: only those that something listens on are remembered.
    if (listener !== null) made.set(key, listener);
    return listener;
  };
  const listenersOn = (port: number): ReadonlyMap<string, Listener> => {
    const listeners = new Map<string, Listener>();
    for (const address of addressesOn(mesh, scope, client, port)) {
      const listener = listenerAt(port, address);
      if (listener !== null) listeners.set(address, listener);
    }
    return listeners;
  };
  return { kind: 'sidecar', mesh, viewpoint, view, client, scope, listenerAt, listenersOn };
}

/** The workload that the viewpoint describes, where it is one. */
function describedBy(mesh: Mesh, { namespace, labels, ...more }: Viewpoint): Workload | null {
  const ip = 'ip' in more ? more.ip : undefined;
  const described = mesh.workloadIndex
    .select(namespace, labels)
    .filter((workload) => ip === undefined || workload.ips.includes(ip));
  return described.length === 1 ? (described[0] ?? null) : null;
}

/** `pkg/model/proxy.go:DiscoverIPMode`; IPv4 where no address is known. */
function familyOf(ips: readonly string[]): ClientFamily {
  const families = new Set(ips.map((ip) => parseAddress(ip)?.family ?? 4));
  if (!families.has(6)) return 4;
  return families.has(4) ? 'both' : 6;
}

const none: ReadonlyMap<string, Listener> = new Map();

function compileGateway(
  mesh: Mesh,
  viewpoint: Viewpoint & { readonly kind: 'gateway' },
): CompiledGateway {
  const { namespace, labels } = viewpoint;
  const services = gatewayServices(mesh, namespace);
  const nodeName = describedBy(mesh, viewpoint)?.nodeName ?? null;
  const view = { mesh, kind: 'gateway', namespace, labels, services, nodeName } as const;
  const gateway = gatewayListeners(view);
  const listenersOn = (port: number): ReadonlyMap<string, Listener> =>
    gateway.byPort.get(port) ?? none;
  const listenerAt = (port: number, address: string): Listener | null => {
    for (const [bind, listener] of listenersOn(port))
      if (addressKey(bind) === address) return listener;
    return null;
  };
  const ownIp = mesh.workloadIndex.select(namespace, labels)[0]?.ip ?? null;
  return { kind: 'gateway', mesh, viewpoint, view, gateway, ownIp, listenerAt, listenersOn };
}
