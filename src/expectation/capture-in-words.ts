/** What an answer supposes about how the client is captured, where that is more than the plain sidecar. */
import { type Mesh, waypointOf } from '../mesh/index.ts';
import type { Call, Viewpoint } from '../routing/index.ts';
import { ambientClient, clientOf, whySidecar } from './capture.ts';

/** One sentence at most for each; everywhere: the mode is ambient where no label says otherwise. */
export function captureInWords({ from, to }: Call, mesh: Mesh, everywhere: boolean): string[] {
  if (from.kind === 'gateway') return [];
  const why = ambientClient(from, mesh, everywhere);
  if (from.kind === 'sidecar')
    return [...sidecarInWords(from, mesh, everywhere), ...pastTheWaypoint(to.host, mesh)];
  if (why === null) return [];
  const { who } = clientOf(from, mesh);
  return [
    `${who} is in ambient mode (${why}): no sidecar, and of rules only those that a waypoint reads`,
  ];
}

/** Said where the mode alone would have it otherwise. */
function sidecarInWords(from: Viewpoint, mesh: Mesh, everywhereAmbient: boolean): string[] {
  const why = everywhereAmbient ? whySidecar(from, mesh) : null;
  return why === null ? [] : [`the client has a sidecar (${why}), though the mode is ambient`];
}

/** Sidecars know no waypoints (`endpoint_builder.go:buildEnvoyLbEndpoint`). */
function pastTheWaypoint(host: string | undefined, mesh: Mesh): string[] {
  const [service] = mesh.servicesByHost.get(host ?? '') ?? [];
  const waypoint = service === undefined ? null : waypointOf(mesh, service.resource);
  return waypoint === null
    ? []
    : [
        `a sidecar goes past the waypoint ${waypoint.namespace}/${waypoint.name} of ${host}; a client in ambient mode would not`,
      ];
}
