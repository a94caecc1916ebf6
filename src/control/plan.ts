/**
 * A mesh to what has to be open for it on this computer: echo servers for workloads, listeners for gateways. Pure: which of it can
 * really be had, reconcile finds out.
 */
import { endpointsOf, type Mesh, type Workload } from '../mesh/index.ts';
import type { SocketAddress } from '../proxy/index.ts';
import { compile, route, type Viewpoint } from '../routing/index.ts';
import { echoAnswer } from './echo-answer.ts';
import { isGatewayWorkload } from './gateway-workload.ts';

/** An echo server, and the addresses of the mesh that it stands for. */
export type PlannedWorkload = {
  /** `default/tcp-echo-v1-0`; for an address outside Kubernetes the address. */
  readonly name: string;
  /** What it is also called: `default/tcp-echo-v1`, the Deployment. */
  readonly owner: string | null;
  readonly addresses: readonly string[];
  /** Ports that it listens on in the mesh, beyond those that routes send to. */
  readonly ports: readonly number[];
  readonly prefix: string;
};

/** A port of a gateway workload that has a listener now. */
export type PlannedListener = {
  /** `istio-system/istio-ingressgateway-0:31400` */
  readonly name: string;
  readonly gateway: string;
  readonly owner: string | null;
  readonly viewpoint: Extract<Viewpoint, { readonly kind: 'gateway' }>;
  /** The port that the gateway's Pod listens on. */
  readonly port: number;
  /** The port of the Gateway's server, and of the Service before it: what clients dial. */
  readonly dialled: number;
  /** Where it is wanted. */
  readonly address: SocketAddress;
  /** The Gateway that asks for the port, with its file and line, for messages. */
  readonly asker: string;
};

export type Plan = {
  readonly workloads: readonly PlannedWorkload[];
  readonly listeners: readonly PlannedListener[];
  /** Addresses of gateway workloads in the mesh, with the name before the port of their listeners. */
  readonly gatewayAddresses: readonly (readonly [string, string])[];
};

/** What a mesh needs open on this computer. */
export function planMesh(mesh: Mesh): Plan {
  return {
    workloads: [...plannedWorkloads(mesh), ...outsideAddresses(mesh)],
    listeners: plannedListeners(mesh),
    gatewayAddresses: mesh.workloads
      .filter((workload) => isGatewayWorkload(workload, mesh))
      .flatMap((workload) => workload.ips.map((ip) => [ip, gatewayKey(workload)] as const)),
  };
}

/** Replicas of one Deployment are one gateway here. */
function gatewayKey({ namespace, name, owner }: Workload): string {
  return `${namespace}/${owner?.name ?? name}`;
}

function plannedWorkloads(mesh: Mesh): readonly PlannedWorkload[] {
  const served = servedPorts(mesh);
  return mesh.workloads.flatMap((workload): PlannedWorkload[] => {
    if (workload.state === 'not-running' || isGatewayWorkload(workload, mesh)) return [];
    const owner = workload.owner === null ? null : `${workload.namespace}/${workload.owner.name}`;
    const { prefix, ports } = echoAnswer(
      workload.containers,
      workload.owner?.name ?? workload.name,
    );
    const own = served.get(workload) ?? new Set();
    // A workload that nothing reaches is a client only.
    if (own.size === 0 && ports.length === 0) return [];
    return [
      {
        name: `${workload.namespace}/${workload.name}`,
        owner,
        addresses: workload.ips,
        ports: [...new Set([...own, ...ports])],
        prefix,
      },
    ];
  });
}

/** The target ports under which services reach each workload. */
function servedPorts(mesh: Mesh): ReadonlyMap<Workload, Set<number>> {
  const served = new Map<Workload, Set<number>>();
  for (const { host, namespace } of mesh.services)
    for (const { workload, port } of endpointsOf(mesh, host, namespace))
      if (workload !== null) served.set(workload, (served.get(workload) ?? new Set()).add(port));
  return served;
}

/**
 * Endpoints that ServiceEntries, WorkloadEntries and EndpointSlices write out: an echo server for each address, for nothing is dialled
 * outside. A slice may give a Pod an address that the Pod does not have.
 */
function outsideAddresses(mesh: Mesh): readonly PlannedWorkload[] {
  const ports = new Map<string, Set<number>>();
  for (const { host, namespace } of mesh.services)
    for (const { workload, address, port } of endpointsOf(mesh, host, namespace))
      if (workload === null || !workload.ips.includes(address))
        ports.set(address, (ports.get(address) ?? new Set()).add(port));
  return [...ports].map(([address, own]) => ({
    name: address,
    owner: null,
    addresses: [address],
    ports: [...own],
    prefix: address,
  }));
}

/**
 * Each gateway has a loopback address of its own, in the order of the input: 127.0.0.1, 127.0.0.2… A server without a rule has no listener, as in Istio, and so nothing is opened for it.
 */
function plannedListeners(mesh: Mesh): readonly PlannedListener[] {
  const gateways = new Map<string, Workload>();
  for (const workload of mesh.workloads) {
    if (workload.state === 'not-running' || !isGatewayWorkload(workload, mesh)) continue;
    const key = gatewayKey(workload);
    if (!gateways.has(key)) gateways.set(key, workload);
  }
  let taken = 0;
  return [...gateways].flatMap(([key, workload]) => {
    const { namespace, labels } = workload;
    const viewpoint = { kind: 'gateway', namespace, labels } as const;
    const compiled = compile(mesh, viewpoint);
    if (compiled.kind !== 'gateway') return [];
    const ports = [...compiled.gateway.byPort.entries()].flatMap(([port, byAddress]) => {
      const { outcome } = route(compiled, { from: viewpoint, to: { port }, protocol: 'tcp' });
      return outcome === 'no-listener'
        ? []
        : [{ port, ...serverOf([...byAddress.values()], port) }];
    });
    if (ports.length === 0) return [];
    taken += 1;
    const host = `127.0.0.${Math.min(taken, 254)}`;
    return ports.map(({ port, dialled, asker }) => ({
      name: `${key}:${dialled}`,
      gateway: `${namespace}/${workload.name}`,
      owner: workload.owner === null ? null : key,
      viewpoint,
      port,
      dialled,
      address: { host, port: dialled },
      asker,
    }));
  });
}

/** What people know a listener by: the port of its first server, and the Gateway that the server is of. */
function serverOf(
  listeners: readonly { readonly owners: readonly ListenerOwner[] }[],
  port: number,
): { readonly dialled: number; readonly asker: string } {
  for (const owner of listeners.flatMap(({ owners }) => owners))
    if (owner.kind === 'server')
      return { dialled: owner.server.port?.number ?? port, asker: `Gateway ${owner.gateway}` };
  return { dialled: port, asker: 'a Gateway' };
}

type ListenerOwner =
  | { readonly kind: 'service' }
  | {
      readonly kind: 'server';
      readonly server: { readonly port?: { readonly number?: number | undefined } | undefined };
      readonly gateway: string;
    };
