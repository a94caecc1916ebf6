/** Why a cluster that should have endpoints has none, held against the Pods, EndpointSlices and Endpoints that there are. */
import {
  endpointsOf,
  labelsMatch,
  type Mesh,
  type MeshService,
  podBehind,
  type StatedSlice,
  serviceOf,
  type UnreadReason,
} from '../mesh/index.ts';
import type { Cluster, ProxyView } from './cluster.ts';
import { drainingLabel } from './draining.ts';
import { labelsText } from './match-conditions.ts';

type Existing = Cluster & { readonly exists: true };

/** Null where the service has none with the labels at all; else why a proxy is told of none of them. */
export function whyLeftOut(
  { mesh, kind, namespace: reader, services }: ProxyView,
  { service, port, subset }: Existing,
): string | null {
  const { host, namespace, resource } = service;
  if (kind === 'waypoint' && !services.has(host))
    return `${host} is not exported to ${reader}, where its waypoint is: Istio tells the waypoint of no endpoints`;
  const labels = subset?.subset.labels ?? {};
  const there = endpointsOf(mesh, host, namespace).filter(
    (one) => one.portName === port.name && !one.leaving && labelsMatch(labels, one.labels),
  );
  if (there.length === 0) return null;
  if (resource.kind === 'Service' && resource.spec.internalTrafficPolicy === 'Local')
    return "its internalTrafficPolicy is Local, and none of its endpoints is on the client's node";
  return there.every((one) => (one.labels[drainingLabel] ?? '') !== '')
    ? `its endpoints carry the label ${drainingLabel}: Istio leaves them out, for the service has no sticky sessions`
    : null;
}

export function whyNoEndpoints({ mesh }: ProxyView, { service, port }: Existing): string {
  const { selector, resource, visibility, namespace } = service;
  if (visibility.kind === 'nobody')
    return 'its exportTo holds ~: Istio does not follow the endpoints of a service that is for nobody';
  if (service.resolution === 'passthrough' && resource.kind === 'ServiceEntry')
    return 'it has resolution NONE, which only sidecars send to where the client dialled: others need endpoints, and it has none';
  if (resource.kind !== 'Service') return 'it has no endpoints';
  const slices = mesh.statedSlices.byService.get(keyOf(service)) ?? [];
  const stated = slices.length > 0 ? whyNoneStated(mesh, service, port.name, slices) : null;
  const unread = stated ?? whyUnread(mesh, service);
  if (selector === null)
    return `Service ${resource.name} has no selector, and ${unread ?? 'no EndpointSlice or Endpoints is for it'}`;
  const none = `no running Pod of ${namespace} with ${labelsText(selector)} has port ${port.targetPort || port.number}`;
  return unread === null ? none : `${none}, and ${unread}`;
}

const keyOf = ({ namespace, name }: MeshService): string => `${namespace}/${name}`;

function whyNoneStated(
  mesh: Mesh,
  { namespace }: MeshService,
  portName: string,
  slices: readonly StatedSlice[],
): string {
  const named = slices.filter(({ ports }) => ports.some(({ name = '' }) => name === portName));
  if (named.length === 0) {
    const names = [
      ...new Set(
        slices.flatMap(({ ports }) => ports.map(({ name = '' }) => name || 'one without a name')),
      ),
    ];
    const wanted = portName === '' ? 'without a name' : `named ${portName}`;
    return `${subjectOf(slices)} for it has no port ${wanted}, only ${names.join(', ') || 'none at all'}`;
  }
  const listed = named.flatMap((slice) =>
    slice.endpoints.flatMap((endpoint) =>
      endpoint.addresses.map((address) => ({ address, endpoint })),
    ),
  );
  if (listed.length === 0) return `${subjectOf(named)} for it lists no address`;
  const held = listed.filter(
    ({ address, endpoint }) => podBehind(mesh, namespace, address, endpoint) === 'unknown',
  );
  const [first] = held;
  if (held.length < listed.length || first === undefined)
    return `every address that ${subjectOf(named)} for it lists is terminating`;
  const { name = '', namespace: of = '' } = first.endpoint.targetRef ?? {};
  return `${subjectOf(named)} for it names Pod ${of}/${name}, which is not here: Istio waits for the Pod before it takes ${first.address}`;
}

/** The documents that list them: `EndpointSlice default/db-1`. */
function subjectOf(slices: readonly StatedSlice[]): string {
  const names = slices.map(
    ({ resource }) => `${resource.kind} ${resource.namespace}/${resource.name}`,
  );
  return [...new Set(names)].slice(0, 3).join(', ');
}

const reasons: { readonly [reason in UnreadReason]: string } = {
  'no-service-name': 'has no label kubernetes.io/service-name',
  'multi-cluster': 'is for other clusters',
  names: 'lists names, and Istio reads addresses alone',
  'from-pods': 'is what a cluster makes of Pods, which are not here',
  mirrored: 'is not mirrored into an EndpointSlice, and Istio reads those alone',
};

function whyUnread({ statedSlices }: Mesh, service: MeshService): string | null {
  for (const [resource, reason] of statedSlices.unread)
    if (
      (resource.kind === 'EndpointSlice' || resource.kind === 'Endpoints') &&
      serviceOf(resource) === keyOf(service)
    )
      return `${resource.kind} ${resource.namespace}/${resource.name} ${reasons[reason]}`;
  return null;
}

/** Where a service or subset has pods of which none is ready: why the proxy does not take those. */
export function onlyUnready({ kind }: ProxyView, { discovery }: Existing): string | null {
  if (discovery.kind !== 'endpoints' || discovery.unready === 0) return null;
  if (kind === 'ztunnel') return 'its pods are not ready, and a ztunnel takes ready ones only';
  return 'its pods are not ready, and with outlierDetection.minHealthPercent Istio tells the proxy of ready ones only';
}
