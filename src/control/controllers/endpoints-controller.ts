/** Endpoints and EndpointSlices of Services with a selector: the addresses of the ready Pods behind them. */
import { managedByLabel, serviceNameLabel, sliceController } from '../../mesh/index.ts';
import { type JsonObject, type JsonValue, listAt, stringsAt, textAt, valueAt } from '../json.ts';
import type { Change, Controller, Transaction } from '../object-store.ts';
import { keyOf, keyText, type StoredObject } from '../stored-object.ts';
import { servicesMeant, slicesOf } from './endpoint-slices.ts';
import { ownerReference } from './owner.ts';
import { isReady, nodeName } from './pod-status.ts';

export const endpointsController: Controller = {
  name: 'endpoints',
  kinds: ['Service', 'Pod', 'Endpoints', 'EndpointSlice'],
  settle: (transaction, changed) => {
    const services = servicesMeant(changed);
    const pods = changedPods(changed);
    for (const service of transaction.list('', 'Service'))
      if (services.has(keyText(keyOf(service))) || selectsSome(service, pods))
        settle(transaction, service);
  },
};

/** By namespace and each of its labels. */
type PodsByLabel = ReadonlyMap<string, readonly StoredObject[]>;

/** As they were and as they are. */
function changedPods(changed: readonly Change[]): PodsByLabel {
  const byLabel = new Map<string, StoredObject[]>();
  for (const { key, before, after } of changed)
    for (const pod of key.kind === 'Pod' ? [before, after] : [])
      for (const [name, value] of Object.entries(stringsAt(pod?.metadata, 'labels'))) {
        const label = labelKey(key.namespace, name, value);
        const others = byLabel.get(label);
        if (pod !== undefined && others === undefined) byLabel.set(label, [pod]);
        else if (pod !== undefined) others?.push(pod);
      }
  return byLabel;
}

function labelKey(namespace: string, name: string, value: string): string {
  return `${namespace} ${name}=${value}`;
}

function selectsSome(service: StoredObject, pods: PodsByLabel): boolean {
  const selector = Object.entries(stringsAt(service, 'spec', 'selector'));
  const [first] = selector;
  if (first === undefined) return false;
  const likely = pods.get(labelKey(keyOf(service).namespace, ...first)) ?? [];
  return likely.some((pod) => {
    const labels = stringsAt(pod.metadata, 'labels');
    return selector.every(([name, value]) => labels[name] === value);
  });
}

type Port = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
};

function settle(transaction: Transaction, service: StoredObject): void {
  const selector = stringsAt(service, 'spec', 'selector');
  if (Object.keys(selector).length === 0) return;
  const { namespace, name } = keyOf(service);
  const pods = transaction
    .labelled({ group: '', kind: 'Pod', namespace }, selector)
    .filter(isReady);
  const groups = groupByPorts(pods, service);
  const labels = stringsAt(service.metadata, 'labels');
  transaction.put({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels, ownerReferences: [ownerReference(service)] },
    ...(groups.length > 0 ? { subsets: groups.map(subset) } : {}),
  });
  writeSlice(transaction, service, pods, groups);
}

type Group = { readonly pods: readonly StoredObject[]; readonly ports: readonly Port[] };

/** A target port given by name may be another number in each Pod. */
function groupByPorts(pods: readonly StoredObject[], service: StoredObject): readonly Group[] {
  const groups = new Map<string, { pods: StoredObject[]; ports: readonly Port[] }>();
  for (const pod of pods) {
    const ports = listAt(service, 'spec', 'ports').flatMap((port) => portOf(port, pod));
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { pods: [], ports };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function portOf(port: JsonValue, pod: StoredObject): readonly Port[] {
  const target = valueAt(port, 'targetPort') ?? valueAt(port, 'port');
  const number = typeof target === 'number' ? target : namedPort(pod, target);
  if (number === undefined) return [];
  return [
    { name: textAt(port, 'name'), port: number, protocol: textAt(port, 'protocol') || 'TCP' },
  ];
}

/** Of a native sidecar too: an init container that is always restarted. */
function namedPort(pod: StoredObject, name: JsonValue | undefined): number | undefined {
  const restarted = listAt(pod, 'spec', 'initContainers').filter(
    (container) => valueAt(container, 'restartPolicy') === 'Always',
  );
  for (const container of [...listAt(pod, 'spec', 'containers'), ...restarted])
    for (const port of listAt(container, 'ports'))
      if (valueAt(port, 'name') === name) {
        const number = valueAt(port, 'containerPort');
        if (typeof number === 'number') return number;
      }
  return undefined;
}

function subset({ pods, ports }: Group): JsonObject {
  return {
    addresses: pods.map((pod) => ({
      ip: textAt(pod, 'status', 'podIP'),
      nodeName: textAt(pod, 'spec', 'nodeName') || nodeName,
      targetRef: targetRef(pod),
    })),
    ports: ports.map(portJson),
  };
}

/** One slice holds them all. Others that say they are this controller's, such as those of a dumped cluster, go. */
function writeSlice(
  transaction: Transaction,
  service: StoredObject,
  pods: readonly StoredObject[],
  groups: readonly Group[],
): void {
  const { namespace, name } = keyOf(service);
  const [known, ...others] = slicesOf(transaction, service, sliceController);
  for (const other of others) transaction.remove(keyOf(other));
  transaction.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: known?.metadata.name ?? `${name}-${service.metadata.uid.slice(0, 5)}`,
      namespace,
      labels: {
        ...stringsAt(service.metadata, 'labels'),
        [serviceNameLabel]: name,
        [managedByLabel]: sliceController,
      },
      ownerReferences: [ownerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => ({
      addresses: [textAt(pod, 'status', 'podIP')],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: textAt(pod, 'spec', 'nodeName') || nodeName,
      targetRef: targetRef(pod),
    })),
    ports: (groups[0]?.ports ?? []).map(portJson),
  });
}

function portJson({ name, port, protocol }: Port): JsonObject {
  return { ...(name === '' ? {} : { name }), port, protocol };
}

function targetRef(pod: StoredObject): JsonObject {
  const { namespace, name } = keyOf(pod);
  return { kind: 'Pod', namespace, name, uid: pod.metadata.uid };
}
