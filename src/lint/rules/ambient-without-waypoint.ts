/** In ambient mode: tcp and tls rules that nobody reads. */
import { waypointOf } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { meshBoundInAmbient } from '../facts/ambient.ts';
import { labelWaypoint } from '../facts/waypoint.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const ambientWithoutWaypoint: LintRule = {
  meta: {
    code: 'TCM1110',
    name: 'ambient-without-waypoint',
    severity: 'error',
    summary: 'In ambient mode, a VirtualService is for a service that has no waypoint.',
    why: 'The ztunnel knows neither VirtualServices nor DestinationRules. Only a waypoint, which the service or its namespace asks for by the label istio.io/use-waypoint, reads them.',
    help: 'Label the Service or its namespace `istio.io/use-waypoint: <name>`, or bind the rules to a gateway.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Namespace'],
  kiali: 'KIA1113',
  *check(facts) {
    for (const service of meshBoundInAmbient(facts)) {
      const { tcp, tls, hosts } = service.spec;
      if ((tcp ?? []).length === 0 && (tls ?? []).length === 0) continue;
      const { services } = facts.routes().boundTo(service);
      const bare = services.find(({ resource }) => waypointOf(facts.mesh, resource) === null);
      if (bare === undefined || hosts === undefined) continue;
      yield occurrence(
        service,
        hosts,
        [],
        `${bare.host} has no waypoint: in ambient mode these rules do nothing, connections go to the service itself`,
        {
          help: `${labelWaypoint(bare.resource, facts.mesh)}, or bind the rules to a gateway.`,
          related: [
            { message: 'the service is here', span: spanAt(bare.resource.metadata, 'name') },
          ],
        },
      );
    }
  },
};
