/** What to do where a service has no waypoint in ambient mode. */
import { type Mesh, waypointBindingOf } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';

const useWaypoint = 'istio.io/use-waypoint';

/** Without a full stop. */
export function labelWaypoint(
  resource: Resource<'Service'> | Resource<'ServiceEntry'>,
  mesh: Mesh,
): string {
  const { kind, metadata } = resource;
  const { refusal } = waypointBindingOf(mesh, resource);
  if (refusal !== null) return `Name another waypoint, or mend this one: ${refusal}`;
  if (metadata.labels?.[useWaypoint] === 'none')
    return `Name a waypoint in the label \`istio.io/use-waypoint\` of the ${kind}, which says none`;
  return `Label the ${kind} or its namespace \`istio.io/use-waypoint: <name>\``;
}
