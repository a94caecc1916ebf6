/** Where gateways really listen, told in the status of the LoadBalancer Services in front of them. */

import { labelsMatch, standInAnnotation } from '../mesh/index.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  sameJson,
  stringsAt,
  textAt,
  without,
} from './json.ts';
import type { ObjectStore } from './object-store.ts';
import { listenersMet, type PlannedGateway } from './plan-gateways.ts';
import type { RunningMesh } from './running-mesh.ts';
import { keyOf, type StoredObject } from './stored-object.ts';

export function tellGatewayAddresses(running: RunningMesh, store: ObjectStore): void {
  store.transact((transaction) => {
    for (const service of transaction.list('', 'Service')) {
      if (textAt(service, 'spec', 'type') !== 'LoadBalancer') continue;
      const told = withAddresses(service, addressesFor(running, service));
      if (!sameJson(told, service)) transaction.put(told);
    }
  });
}

type Way = { readonly port: number; readonly host: string; readonly at: number };

type Addresses = { readonly hosts: readonly string[]; readonly ways: readonly Way[] };

/** Of gateway workloads that the Service selects: their hosts, and what is open there for who dials their Pods. */
function addressesFor(running: RunningMesh, service: StoredObject): Addresses {
  const selector = stringsAt(service, 'spec', 'selector');
  if (Object.keys(selector).length === 0) return { hosts: [], ways: [] };
  const selected = running.plan.gateways.filter(
    ({ viewpoint }) =>
      viewpoint.namespace === keyOf(service).namespace && labelsMatch(selector, viewpoint.labels),
  );
  const ways = selected.flatMap((gateway) => waysTo(running, gateway));
  // As a load balancer has its address before anything listens behind it.
  const silent = selected.filter(({ listeners }) => listeners.length === 0);
  return { hosts: [...new Set([...ways, ...silent].map(({ host }) => host))], ways };
}

/** A Service sends to the Pod's address. */
function waysTo(running: RunningMesh, { listeners, podIps }: PlannedGateway): readonly Way[] {
  const open = new Map(running.addresses().map((address) => [address.name, address]));
  const ports = [...new Set(listeners.map(({ port }) => port))];
  return ports
    .flatMap((port) => listenersMet(listeners, port, podIps))
    .flatMap(({ name, port }) => {
      const address = open.get(name);
      return address === undefined ? [] : [{ port, host: address.host, at: address.port }];
    });
}

function withAddresses(service: StoredObject, { hosts, ways }: Addresses): StoredObject {
  // Where another port had to be taken, the status has the one that is open.
  const ingress = hosts.map((ip) => {
    const ports = ways.filter(({ host }) => host === ip);
    const told = { ports: ports.map(({ at }) => ({ port: at, protocol: 'TCP' })) };
    return { ip, ipMode: 'Proxy', ...(ports.length === 0 ? {} : told) };
  });
  const told = {
    ...service,
    status: { loadBalancer: hosts.length === 0 ? {} : { ingress } },
  };
  const standIn = stringsAt(service.metadata, 'annotations')[standInAnnotation] !== undefined;
  return standIn ? { ...told, spec: movedPorts(service, ways) } : told;
}

/** A stand-in's ports are those that one can really connect to: another where the Gateway's own was taken. */
function movedPorts(service: StoredObject, ways: readonly Way[]): JsonObject {
  const spec = objectAt(service, 'spec');
  const ports = listAt(spec, 'ports').map((port) => {
    const target = numberAt(port, 'targetPort');
    const way = ways.find((one) => one.port === target);
    return way === undefined || !isJsonObject(port) ? port : { ...port, port: way.at };
  });
  return { ...without(spec, 'ports'), ports };
}
