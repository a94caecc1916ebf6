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

/** The open listeners of gateway workloads that the Service selects. */
function addressesFor(running: RunningMesh, service: StoredObject): readonly Way[] {
  const selector = stringsAt(service, 'spec', 'selector');
  if (Object.keys(selector).length === 0) return [];
  const open = new Map(running.addresses().map((address) => [address.name, address]));
  return running.plan.listeners.flatMap(({ name, viewpoint, port }) => {
    const address = open.get(name);
    const selected =
      viewpoint.namespace === keyOf(service).namespace && labelsMatch(selector, viewpoint.labels);
    return selected && address !== undefined
      ? [{ port, host: address.host, at: address.port }]
      : [];
  });
}

function withAddresses(service: StoredObject, ways: readonly Way[]): StoredObject {
  const hosts = [...new Set(ways.map(({ host }) => host))];
  // Where another port had to be taken, the status has the one that is open.
  const ingress = hosts.map((ip) => ({
    ip,
    ipMode: 'Proxy',
    ports: ways.filter(({ host }) => host === ip).map(({ at }) => ({ port: at, protocol: 'TCP' })),
  }));
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
