/** The kinds that tcpmesh knows: their group, versions, names and field tables. Everything that enumerates kinds starts here. */
import { type Decoded, type MessageType, openMessage, struct } from './field-table.ts';
import { destinationRuleSpec } from './istio/destination-rule.ts';
import { gatewaySpec } from './istio/gateway.ts';
import { peerAuthenticationSpec, requestAuthenticationSpec } from './istio/security.ts';
import { serviceEntrySpec } from './istio/service-entry.ts';
import { sidecarSpec } from './istio/sidecar.ts';
import { virtualServiceSpec } from './istio/virtual-service.ts';
import { workloadEntrySpec } from './istio/workload-entry.ts';
import { endpointSlice, endpoints } from './kubernetes/endpoints.ts';
import { podSpec, workloadSetSpec } from './kubernetes/pod.ts';
import { serviceSpec } from './kubernetes/service.ts';

/**
 * family: `istio` kinds are decoded strictly and validated; of `kubernetes` kinds only a part is read. `reference` kinds are Istio's too:
 * what others say of them is read and no more; they are neither validated nor part of a mesh that runs.
 */
export type KindInfo = {
  readonly family: 'istio' | 'kubernetes' | 'reference';
  readonly group: string;
  /** Served versions, the preferred one first. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Behind a function: a run makes the tables of the kinds that it meets, and no others. */
  readonly spec: () => MessageType;
  /** Where the fields of `spec` stand: under that key, or beside metadata. */
  readonly body: 'spec' | 'root';
};

const istio = (plural: string, singular: string, shortNames: readonly string[]) =>
  ({
    family: 'istio',
    group: 'networking.istio.io',
    versions: ['v1', 'v1beta1', 'v1alpha3'],
    plural,
    singular,
    shortNames,
    namespaced: true,
    body: 'spec',
  }) as const;

const reference = (plural: string, singular: string, shortNames: readonly string[]) =>
  ({
    ...istio(plural, singular, shortNames),
    family: 'reference',
    group: 'security.istio.io',
    versions: ['v1', 'v1beta1'],
  }) as const;

const kubernetes = (
  group: string,
  plural: string,
  singular: string,
  shortNames: readonly string[],
  namespaced = true,
) =>
  ({
    family: 'kubernetes',
    group,
    versions: ['v1'],
    plural,
    singular,
    shortNames,
    namespaced,
    body: 'spec',
  }) as const;

const unread = openMessage('Unread', { any: struct() });

export const kinds = {
  VirtualService: {
    ...istio('virtualservices', 'virtualservice', ['vs']),
    spec: () => virtualServiceSpec,
  },
  DestinationRule: {
    ...istio('destinationrules', 'destinationrule', ['dr']),
    spec: () => destinationRuleSpec,
  },
  Gateway: { ...istio('gateways', 'gateway', ['gw']), spec: () => gatewaySpec },
  ServiceEntry: {
    ...istio('serviceentries', 'serviceentry', ['se']),
    spec: () => serviceEntrySpec,
  },
  Sidecar: { ...istio('sidecars', 'sidecar', []), spec: () => sidecarSpec },
  WorkloadEntry: {
    ...istio('workloadentries', 'workloadentry', ['we']),
    spec: () => workloadEntrySpec,
  },
  RequestAuthentication: {
    ...reference('requestauthentications', 'requestauthentication', ['ra']),
    spec: () => requestAuthenticationSpec,
  },
  PeerAuthentication: {
    ...reference('peerauthentications', 'peerauthentication', ['pa']),
    spec: () => peerAuthenticationSpec,
  },
  Service: { ...kubernetes('', 'services', 'service', ['svc']), spec: () => serviceSpec },
  Endpoints: {
    ...kubernetes('', 'endpoints', 'endpoints', ['ep']),
    spec: () => endpoints,
    body: 'root',
  },
  EndpointSlice: {
    ...kubernetes('discovery.k8s.io', 'endpointslices', 'endpointslice', []),
    spec: () => endpointSlice,
    body: 'root',
  },
  Pod: { ...kubernetes('', 'pods', 'pod', ['po']), spec: () => podSpec },
  Namespace: { ...kubernetes('', 'namespaces', 'namespace', ['ns'], false), spec: () => unread },
  ServiceAccount: {
    ...kubernetes('', 'serviceaccounts', 'serviceaccount', ['sa']),
    spec: () => unread,
  },
  ConfigMap: { ...kubernetes('', 'configmaps', 'configmap', ['cm']), spec: () => unread },
  Secret: { ...kubernetes('', 'secrets', 'secret', []), spec: () => unread },
  Deployment: {
    ...kubernetes('apps', 'deployments', 'deployment', ['deploy']),
    spec: () => workloadSetSpec,
  },
  StatefulSet: {
    ...kubernetes('apps', 'statefulsets', 'statefulset', ['sts']),
    spec: () => workloadSetSpec,
  },
  DaemonSet: {
    ...kubernetes('apps', 'daemonsets', 'daemonset', ['ds']),
    spec: () => workloadSetSpec,
  },
  ReplicaSet: {
    ...kubernetes('apps', 'replicasets', 'replicaset', ['rs']),
    spec: () => workloadSetSpec,
  },
} as const satisfies { readonly [kind: string]: KindInfo };

export type Kind = keyof typeof kinds;

/** The decoded spec of a kind. */
export type SpecOf<K extends Kind> = Decoded<ReturnType<(typeof kinds)[K]['spec']>>;

/** Of these the status is read too, where there is one. */
export const kindsWithStatus: ReadonlySet<Kind> = new Set([
  'Pod',
  'Service',
  'ServiceEntry',
  'WorkloadEntry',
]);

export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name);
}
