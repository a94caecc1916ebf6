/** Which waypoint a service is behind in ambient mode (`ambient/waypoints.go:fetchWaypointForService`). */
import { type KubernetesGateway, type Placed, type Resource, spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import type { Mesh } from './mesh.ts';
import { namespaceOf } from './namespace-of.ts';
import { type Labels, labelsMatch } from './workload.ts';

type ServiceResource = Resource<'Service'> | Resource<'ServiceEntry'>;

/** namespace: where the waypoint runs. */
export type Waypoint = { readonly name: string; readonly namespace: string };

/**
 * waypoint: null where there is none. said: the label that names it or wants none, with its place; null without one.
 * gateway: its Gateway, null where the documents hold none of that name. refusal: why it is not for the service all the same.
 */
export type WaypointBinding = {
  readonly waypoint: Waypoint | null;
  readonly said: { readonly by: ServiceResource | Resource; readonly span: Span } | null;
  readonly gateway: KubernetesGateway | null;
  readonly refusal: string | null;
};

const useWaypoint = 'istio.io/use-waypoint';
const useWaypointNamespace = 'istio.io/use-waypoint-namespace';
const managed = 'gateway.istio.io/managed';
/** The Services of waypoints and east-west gateways themselves. */
const ofGateways = ['istio.io-mesh-controller', 'istio.io-eastwest-controller'];

const none: WaypointBinding = { waypoint: null, said: null, gateway: null, refusal: null };

export function waypointOf(mesh: Mesh, resource: ServiceResource): Waypoint | null {
  return waypointBindingOf(mesh, resource).waypoint;
}

/** What the Service says goes before what its namespace says, `none` and an empty name too. */
export function waypointBindingOf(mesh: Mesh, resource: ServiceResource): WaypointBinding {
  if (ofGateways.includes(resource.metadata.labels?.[managed] ?? '')) return none;
  for (const by of [resource, namespaceOf(mesh, resource.namespace)]) {
    const labels: (Labels & Placed) | undefined = by?.metadata.labels;
    const name = labels?.[useWaypoint];
    if (by === null || labels === undefined || name === undefined) continue;
    const said = { by, span: spanAt(labels, useWaypoint) };
    if (name === 'none' || name === '') return { ...none, said };
    const namespace = labels[useWaypointNamespace] ?? resource.namespace;
    const gateway =
      mesh.kubernetesGateways.find((one) => one.namespace === namespace && one.name === name) ??
      null;
    const refusal = gateway === null ? null : refusalOf(mesh, gateway, resource);
    const waypoint = refusal === null ? { name, namespace } : null;
    return { waypoint, said, gateway, refusal };
  }
  return none;
}

/** By its label `istio.io/waypoint-for`. */
export function isForServices({ waypointFor }: KubernetesGateway): boolean {
  return ['', 'service', 'all'].includes(waypointFor);
}

/** Its traffic type and its allowedRoutes. */
function refusalOf(
  mesh: Mesh,
  gateway: KubernetesGateway,
  resource: ServiceResource,
): string | null {
  const { namespace, name, waypointFor, from, selector } = gateway;
  const full = `waypoint ${namespace}/${name}`;
  if (!isForServices(gateway))
    return `${full} is for ${waypointFor} traffic (istio.io/waypoint-for), not for services`;
  const home: Labels = namespaceOf(mesh, resource.namespace)?.metadata.labels ?? {};
  const allows =
    from === 'All' ||
    (from === 'Selector'
      ? selector === null || labelsMatch(selector, home)
      : namespace === resource.namespace);
  return allows
    ? null
    : `the allowedRoutes of ${full} let no service of namespace ${resource.namespace} in`;
}
