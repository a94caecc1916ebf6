/** In ambient mode: a VirtualService where the waypoint does not look. */
import { waypointOf } from '../../mesh/index.ts';
import { isReadAtWaypoint } from '../../routing/index.ts';
import { meshBoundInAmbient } from '../facts/ambient.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const ambientNamespace: LintRule = {
  meta: {
    code: 'TCM1112',
    name: 'ambient-namespace',
    severity: 'warning',
    summary:
      'In ambient mode, a VirtualService is neither in the namespace of its service nor in that of the waypoint.',
    why: 'A waypoint reads only VirtualServices of these two namespaces.',
    help: 'Move the VirtualService into the namespace of the service.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Namespace'],
  kiali: 'KIA1114',
  *check(facts) {
    for (const service of meshBoundInAmbient(facts))
      for (const behind of facts.routes().boundTo(service).services) {
        const waypoint = waypointOf(facts.mesh, behind.resource);
        if (waypoint === null || isReadAtWaypoint(service, waypoint.namespace, behind)) continue;
        yield occurrence(
          service,
          service.metadata,
          ['namespace'],
          `the waypoint of ${behind.host} reads VirtualServices of ${waypoint.namespace === behind.namespace ? behind.namespace : `${behind.namespace} and ${waypoint.namespace}`} only, not of ${service.namespace}`,
        );
        break;
      }
  },
};
