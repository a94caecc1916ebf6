/** A store that behaves as a cluster's: with the namespaces, the node and the definitions that are always there, and its controllers. */
import { type ApiKind, apiKinds } from './api/api-kind.ts';
import { allControllers } from './controllers/all-controllers.ts';
import { gatewayController } from './controllers/gateway-controller.ts';
import { nodeAddress, nodeName } from './controllers/pod-status.ts';
import type { JsonObject } from './json.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';
import { keyOf, type NewObject, type StoredObject } from './stored-object.ts';

export type ClusterStoreOptions = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 <= x < 1; for names. */
  readonly random: () => number;
  readonly uid: () => string;
  /** Gateway workloads for Gateways that select none. */
  readonly standIns: boolean;
  /** Objects of an earlier run. */
  readonly restored?: readonly StoredObject[];
};

const namespaces: readonly string[] = ['default', 'istio-system', 'kube-system'];

export function createClusterStore(options: ClusterStoreOptions): ObjectStore {
  const namespaced = apiKinds.filter((kind) => kind.namespaced);
  const controllers = allControllers(options, namespaced).filter(
    ({ name }) => options.standIns || name !== gatewayController.name,
  );
  const store = createObjectStore({ ...options, controllers });
  const given = [
    ...namespaces.map(namespaceObject),
    nodeObject(),
    ...apiKinds.filter(({ family }) => family === 'custom').map(definitionOf),
  ];
  store.transact((transaction) => {
    for (const object of given)
      if (transaction.get(keyOf(object)) === undefined) transaction.put(object);
  });
  return store;
}

export function namespaceObject(name: string): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function nodeObject(): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName } },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address: nodeAddress },
        { type: 'Hostname', address: nodeName },
      ],
      conditions: [{ type: 'Ready', status: 'True', reason: 'MeshReady', message: 'tcpmesh runs' }],
      nodeInfo: { kubeletVersion: 'tcpmesh', operatingSystem: '', architecture: '' },
    },
  };
}

function definitionOf(kind: ApiKind): NewObject {
  const { group, plural, singular, shortNames, categories, versions } = kind;
  const schema: JsonObject = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  const names = {
    plural,
    singular,
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    shortNames,
    categories,
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names,
      scope: 'Namespaced',
      conversion: { strategy: 'None' },
      versions: versions.map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        schema,
        subresources: { status: {} },
      })),
    },
    status: {
      acceptedNames: names,
      storedVersions: versions.slice(0, 1),
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
    },
  };
}
