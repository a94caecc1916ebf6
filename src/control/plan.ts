/**
 * A mesh to what has to be open for it on this computer: echo servers for workloads, listeners for gateways. Pure: which of it can
 * really be had, reconcile finds out.
 */
import { parseAddress } from '../address/index.ts';
import {
  endpointsOf,
  isGatewayWorkload,
  type Mesh,
  type MeshService,
  servicesMatching,
  type Workload,
  wildcardAddress,
} from '../mesh/index.ts';
import { firstOfBlock, outsideAddress } from '../routing/index.ts';
import { echoAnswer } from './echo-answer.ts';
import { isLoopback } from './mesh-address.ts';
import {
  gatewayKey,
  type PlannedGateway,
  type PlannedListener,
  plannedGateways,
} from './plan-gateways.ts';

/** An echo server, and the addresses of the mesh that it stands for. */
export type PlannedWorkload = {
  /** `default/tcp-echo-v1-0`; for an address outside Kubernetes the address. */
  readonly name: string;
  /** What it is also called: `default/tcp-echo-v1`, the Deployment; of an address outside the host of its ServiceEntry. */
  readonly owner: string | null;
  readonly addresses: readonly string[];
  /** Ports that it listens on in the mesh, beyond those that routes send to. */
  readonly ports: readonly number[];
  readonly prefix: string;
};

export type Plan = {
  readonly workloads: readonly PlannedWorkload[];
  readonly gateways: readonly PlannedGateway[];
  /** Those of all gateways. */
  readonly listeners: readonly PlannedListener[];
  /** Addresses of gateway workloads in the mesh, with the name before the port of their listeners. */
  readonly gatewayAddresses: readonly (readonly [string, string])[];
};

/** What a mesh needs open on this computer. before: the plan of the mesh that this one follows. */
export function planMesh(mesh: Mesh, before?: Plan): Plan {
  const gateways = plannedGateways(mesh, before?.gateways ?? []);
  return {
    workloads: [...plannedWorkloads(mesh), ...outsideAddresses(mesh)],
    gateways,
    listeners: gateways.flatMap(({ listeners }) => listeners),
    gatewayAddresses: mesh.workloads
      .filter((workload) => isGatewayWorkload(workload, mesh))
      .flatMap((workload) => workload.ips.map((ip) => [ip, gatewayKey(workload)] as const)),
  };
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

/** The target ports under which services reach each workload by TCP. */
function servedPorts(mesh: Mesh): ReadonlyMap<Workload, Set<number>> {
  const served = new Map<Workload, Set<number>>();
  for (const { host, namespace, ports } of mesh.services) {
    const isUdp = (name: string, number: number): boolean =>
      ports.some((one) => one.name === name && one.number === number && one.protocol === 'udp');
    for (const { workload, port, portName, servicePort } of endpointsOf(mesh, host, namespace))
      if (workload !== null && !isUdp(portName, servicePort))
        served.set(workload, (served.get(workload) ?? new Set()).add(port));
  }
  return served;
}

/**
 * Endpoints that ServiceEntries, WorkloadEntries and EndpointSlices write out, and addresses of ServiceEntries that are dialled as they
 * are: an echo server for each address, for nothing is dialled outside. A slice may give a Pod an address that the Pod does not have.
 */
function outsideAddresses(mesh: Mesh): readonly PlannedWorkload[] {
  const ports = new Map<string, Set<number>>();
  const hosts = new Map<string, string>();
  const add = (
    { host, resource, externalName }: MeshService,
    address: string,
    port: number,
  ): void => {
    ports.set(address, (ports.get(address) ?? new Set()).add(port));
    if (resource.kind === 'ServiceEntry' && host !== address) hosts.set(address, host);
    if (externalName !== null) hosts.set(address, externalName);
  };
  for (const service of mesh.services) {
    for (const { workload, address, port } of endpointsOf(mesh, service.host, service.namespace))
      if (workload === null || !workload.ips.includes(address)) add(service, address, port);
    for (const address of dialledAsTheyAre(service, mesh))
      for (const { number, targetPort, protocol } of service.ports)
        if (protocol !== 'udp')
          add(service, address, typeof targetPort === 'number' ? targetPort : number);
  }
  return [...ports].map(([address, own]) => ({
    name: address,
    owner: hosts.get(address) ?? null,
    addresses: [address],
    ports: [...own],
    prefix: address,
  }));
}

/**
 * Of a ServiceEntry without resolution: addresses beyond this computer, of a block the one that stands for it, and where there is none
 * the one that its name is supposed to have. Of an ExternalName that of the name outside.
 */
function dialledAsTheyAre(service: MeshService, mesh: Mesh): readonly string[] {
  const { resource, resolution, address, extraAddresses, externalName, host } = service;
  if (externalName !== null)
    return servicesMatching(mesh, externalName).length > 0 ? [] : [outsideAddress(externalName)];
  if (resource.kind !== 'ServiceEntry' || resolution !== 'passthrough') return [];
  return [address, ...extraAddresses]
    .map((one) => (one.includes('/') ? firstOfBlock(one) : one))
    .map((one) => (one === wildcardAddress ? outsideAddress(host) : one))
    .filter((one) => !isLoopback(one) && parseAddress(one) !== null);
}
