/** What EndpointSlices and Endpoints state, by the Service that it is for. Istio reads slices alone; Kubernetes mirrors Endpoints into them. */
import type { EndpointPort, ObjectReference, Resource } from '../resource/index.ts';
import { compareText } from './age.ts';
import {
  areKeptUnmirrored,
  managedByLabel,
  mirrorController,
  serviceNameLabel,
  sliceController,
} from './slice-labels.ts';
import type { Labels } from './workload.ts';

/** ready, serving, terminating: undefined where nothing is said, which Istio takes for yes. */
export type StatedEndpoint = {
  readonly addresses: readonly string[];
  readonly ready: boolean | undefined;
  readonly serving: boolean | undefined;
  readonly terminating: boolean | undefined;
  readonly targetRef: ObjectReference | undefined;
};

/** Endpoints that share their ports: an EndpointSlice, or a subset of Endpoints. */
export type StatedSlice = {
  readonly resource: Resource<'EndpointSlice'> | Resource<'Endpoints'>;
  readonly endpoints: readonly StatedEndpoint[];
  readonly ports: readonly EndpointPort[];
};

/** Why an object brings no Service an endpoint, whatever it holds. */
export type UnreadReason = 'no-service-name' | 'multi-cluster' | 'names' | 'from-pods' | 'mirrored';

export type StatedSlices = {
  /** By `namespace/name` of the Service: slices by name, then subsets. */
  readonly byService: ReadonlyMap<string, readonly StatedSlice[]>;
  readonly unread: ReadonlyMap<Resource, UnreadReason>;
};

/**
 * Of a Service with a selector the controllers of a cluster write slices and Endpoints themselves, from its Pods: such documents say
 * nothing that the Pods do not say. Slices that somebody else made count beside them.
 */
export function statedSlices(resources: readonly Resource[]): StatedSlices {
  const slices = resources.filter((resource) => resource.kind === 'EndpointSlice');
  const endpoints = resources.filter((resource) => resource.kind === 'Endpoints');
  if (slices.length === 0 && endpoints.length === 0) return nothing;
  const selecting = new Set(
    resources
      .filter((resource) => resource.kind === 'Service')
      .filter(({ spec }) => Object.keys(spec.selector ?? {}).length > 0)
      .map(keyOf),
  );
  const mirrored = new Set(endpoints.map(keyOf));
  const unread = new Map<Resource, UnreadReason>();
  const byService = new Map<string, StatedSlice[]>();
  const state = (key: string, ...stated: readonly StatedSlice[]): void => {
    byService.set(key, [...(byService.get(key) ?? []), ...stated]);
  };
  for (const slice of [...slices].sort((a, b) => compareText(a.name, b.name))) {
    const reason = whySliceUnread(slice, selecting, mirrored);
    if (reason === null) state(serviceOf(slice), ...stateOfSlice(slice));
    else unread.set(slice, reason);
  }
  for (const object of endpoints) {
    const reason = whyEndpointsUnread(object, selecting);
    if (reason === null) state(keyOf(object), ...statesOfSubsets(object));
    else unread.set(object, reason);
  }
  return { byService, unread };
}

const nothing: StatedSlices = { byService: new Map(), unread: new Map() };

const keyOf = ({ namespace, name }: Resource): string => `${namespace}/${name}`;

/** `namespace/name` of the Service that a slice or Endpoints is for; the name is empty where it names none. */
export function serviceOf(resource: Resource<'EndpointSlice'> | Resource<'Endpoints'>): string {
  if (resource.kind === 'Endpoints') return keyOf(resource);
  return `${resource.namespace}/${resource.metadata.labels?.[serviceNameLabel] ?? ''}`;
}

/** `kube/controller/endpointslice.go:updateEndpointCacheForSlice`; what the controllers write is theirs to write again. */
function whySliceUnread(
  slice: Resource<'EndpointSlice'>,
  selecting: ReadonlySet<string>,
  mirrored: ReadonlySet<string>,
): UnreadReason | null {
  const labels: Labels = slice.metadata.labels ?? {};
  if (labels['multicluster.kubernetes.io/service-name'] !== undefined) return 'multi-cluster';
  if (!labels[serviceNameLabel]) return 'no-service-name';
  if (slice.spec.addressType === 'FQDN') return 'names';
  const service = serviceOf(slice);
  const manager = labels[managedByLabel];
  if (manager === sliceController && selecting.has(service)) return 'from-pods';
  if (manager !== mirrorController) return null;
  if (selecting.has(service)) return 'from-pods';
  return mirrored.has(service) ? 'mirrored' : null;
}

/** Those of a Service with a selector are the endpoint controller's. */
function whyEndpointsUnread(
  object: Resource<'Endpoints'>,
  selecting: ReadonlySet<string>,
): UnreadReason | null {
  if (selecting.has(keyOf(object))) return 'from-pods';
  const { labels = {}, annotations = {} } = object.metadata;
  return areKeptUnmirrored(labels, annotations) ? 'mirrored' : null;
}

function stateOfSlice(slice: Resource<'EndpointSlice'>): StatedSlice[] {
  const { endpoints = [], ports = [] } = slice.spec;
  return [
    {
      resource: slice,
      ports,
      endpoints: endpoints.map(({ addresses = [], conditions, targetRef }) => ({
        addresses,
        ready: conditions?.ready,
        serving: conditions?.serving,
        terminating: conditions?.terminating,
        targetRef,
      })),
    },
  ];
}

/** The mirror says of each address whether it is ready, and nothing more. */
function statesOfSubsets(object: Resource<'Endpoints'>): StatedSlice[] {
  return (object.spec.subsets ?? []).map(
    ({ addresses = [], notReadyAddresses = [], ports = [] }) => ({
      resource: object,
      ports,
      endpoints: [
        ...addresses.map((address) => ({ ...address, ready: true })),
        ...notReadyAddresses.map((address) => ({ ...address, ready: false })),
      ].map(({ ip, ready, targetRef }) => ({
        addresses: ip === undefined ? [] : [ip],
        ready,
        serving: undefined,
        terminating: undefined,
        targetRef,
      })),
    }),
  );
}
