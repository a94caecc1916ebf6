/** A Deployment and a Service in istio-system for Gateways whose selector no workload has, while there are such Gateways. */
import { standInAnnotation, standInGatewayWorkloads } from '../../mesh/index.ts';
import { decodeSources } from '../../resource/index.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringsAt,
  textAt,
  valueAt,
} from '../json.ts';
import { sourceOf } from '../mesh-sources.ts';
import type { Controller, Transaction } from '../object-store.ts';
import { keyOf, keyText, type NewObject, type StoredObject } from '../stored-object.ts';
import { addressKeyAnnotation } from './pod-maker.ts';

const systemNamespace = 'istio-system';

export const gatewayController: Controller = {
  name: 'gateway',
  kinds: ['Gateway', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
  settle: (transaction) => {
    const known = standIns(transaction);
    if (transaction.list('networking.istio.io', 'Gateway').length === 0 && known.length === 0)
      return;
    const wanted = wantedFor(transaction);
    const keys = new Set(wanted.map((object) => keyText(keyOf(object))));
    for (const object of known)
      if (!keys.has(keyText(keyOf(object)))) transaction.remove(keyOf(object));
    for (const object of wanted) {
      const before = transaction.get(keyOf(object));
      if (before === undefined) transaction.put(object);
      else if (isStandIn(before)) transaction.put(withAssigned(object, before));
    }
  },
};

function isStandIn(object: StoredObject): boolean {
  return Object.hasOwn(stringsAt(object.metadata, 'annotations'), standInAnnotation);
}

function standIns(transaction: Transaction): readonly StoredObject[] {
  return [
    ...transaction.list('apps', 'Deployment', systemNamespace),
    ...transaction.list('', 'Service', systemNamespace),
  ].filter(isStandIn);
}

function wantedFor(transaction: Transaction): readonly NewObject[] {
  const given = [
    ...transaction.list('networking.istio.io', 'Gateway'),
    ...transaction.list('apps', 'Deployment'),
    ...transaction.list('apps', 'StatefulSet'),
    ...transaction.list('apps', 'DaemonSet'),
    ...transaction.list('', 'Service', systemNamespace),
    // Pods that a set has made say nothing that its template does not say.
    ...transaction.list('', 'Pod').filter(({ metadata }) => !('ownerReferences' in metadata)),
  ].filter((object) => !isStandIn(object));
  const { resources } = decodeSources(given.map(sourceOf), { defaultNamespace: 'default' });
  return standInGatewayWorkloads(resources, []).map(({ object, why }) => {
    const marked = {
      ...object,
      metadata: { ...object.metadata, annotations: { [standInAnnotation]: why } },
    };
    return object.kind === 'Pod' ? deploymentFor(marked) : serviceFor(marked);
  });
}

function deploymentFor(pod: NewObject): NewObject {
  const labels = stringsAt(pod.metadata, 'labels');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...pod.metadata, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          annotations: {
            [addressKeyAnnotation]: `${systemNamespace}/${String(pod.metadata.name)}`,
          },
        },
        spec: objectAt(pod, 'spec'),
      },
    },
  };
}

function serviceFor(service: NewObject): NewObject {
  const spec = objectAt(service, 'spec');
  const ports = listAt(spec, 'ports').map((port) =>
    isJsonObject(port) ? { protocol: 'TCP', targetPort: port.port ?? 0, ...port } : port,
  );
  return {
    ...service,
    spec: { allocateLoadBalancerNodePorts: false, sessionAffinity: 'None', ...spec, ports },
  };
}

/** A port that has been moved, because its own was taken, stays where it is. */
function keptPorts(spec: JsonObject, before: JsonObject): JsonObject {
  const ports = listAt(spec, 'ports').map((port) => {
    const known = listAt(before, 'ports').find(
      (one) => valueAt(one, 'targetPort') === valueAt(port, 'targetPort'),
    );
    return isJsonObject(port) && isJsonObject(known) ? { ...port, port: known.port ?? 0 } : port;
  });
  return { ports };
}

/** What was given to the object since: its address, its status, what others noted on it. */
function withAssigned(object: NewObject, before: StoredObject): NewObject {
  const { clusterIP, clusterIPs } = objectAt(before, 'spec');
  const assigned =
    object.kind === 'Service' && clusterIP !== undefined && clusterIPs !== undefined
      ? { clusterIP, clusterIPs, ...keptPorts(objectAt(object, 'spec'), objectAt(before, 'spec')) }
      : {};
  const { status } = before;
  return {
    ...object,
    metadata: {
      ...before.metadata,
      ...object.metadata,
      annotations: {
        ...stringsAt(before.metadata, 'annotations'),
        ...stringsAt(object.metadata, 'annotations'),
      },
    },
    spec: {
      ...objectAt(object, 'spec'),
      ...assigned,
      ...(object.kind === 'Deployment' && textAt(before, 'kind') === 'Deployment'
        ? { replicas: objectAt(before, 'spec').replicas ?? 1 }
        : {}),
    },
    ...(status === undefined ? {} : { status }),
  };
}
