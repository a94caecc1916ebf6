/** What to do where a service has no waypoint in ambient mode. */
import type { Resource } from '../../resource/index.ts';

const useWaypoint = 'istio.io/use-waypoint';

/** Without a full stop. */
export function labelWaypoint({
  kind,
  metadata,
}: Resource<'Service'> | Resource<'ServiceEntry'>): string {
  if (metadata.labels?.[useWaypoint] === 'none')
    return `Name a waypoint in the label \`istio.io/use-waypoint\` of the ${kind}, which says none`;
  return `Label the ${kind} or its namespace \`istio.io/use-waypoint: <name>\``;
}
