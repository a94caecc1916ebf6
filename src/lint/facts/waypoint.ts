/** Who is behind a waypoint in ambient mode: `istio.io/use-waypoint` on the Service, else on its namespace; `none` opts out. */
import type { Resource } from '../../resource/index.ts';
import type { Objects } from './objects.ts';

const useWaypoint = 'istio.io/use-waypoint';
const waypointNamespace = 'istio.io/use-waypoint-namespace';

/** namespace: where the waypoint runs. */
export type Waypoint = { readonly name: string; readonly namespace: string };

export function waypointOf(
  service: Resource<'Service'> | Resource<'ServiceEntry'>,
  objects: Objects,
): Waypoint | null {
  const home = objects.find('Namespace', '', service.namespace);
  for (const labels of [service.metadata.labels, home?.metadata.labels]) {
    const name = labels?.[useWaypoint];
    if (name === undefined || name === '') continue;
    if (name === 'none') return null;
    return { name, namespace: labels?.[waypointNamespace] ?? service.namespace };
  }
  return null;
}

/** What to do where there is none, without a full stop. */
export function labelWaypoint({
  kind,
  metadata,
}: Resource<'Service'> | Resource<'ServiceEntry'>): string {
  if (metadata.labels?.[useWaypoint] === 'none')
    return `Name a waypoint in the label \`istio.io/use-waypoint\` of the ${kind}, which says none`;
  return `Label the ${kind} or its namespace \`istio.io/use-waypoint: <name>\``;
}
