/** In ambient mode: a DestinationRule that nobody reads. */
import { waypointOf } from '../../mesh/index.ts';
import { expandHost } from '../facts/host-name.ts';
import { labelWaypoint } from '../facts/waypoint.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const ambientDestinationRule: LintRule = {
  meta: {
    code: 'TCM1113',
    name: 'ambient-destination-rule',
    severity: 'warning',
    summary: 'In ambient mode, a DestinationRule is for a service that has no waypoint.',
    why: 'The ztunnel knows no DestinationRules: neither subsets nor limits, timeouts or balancing of it have any effect on workloads. Gateways use it as ever.',
    help: 'Label the Service or its namespace `istio.io/use-waypoint: <name>`.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule', 'Service', 'ServiceEntry', 'Namespace'],
  kiali: null,
  *check(facts) {
    if (facts.options.mode !== 'ambient' || facts.options.ambientProfile !== 'istio') return;
    for (const rule of facts.objects.of('DestinationRule')) {
      const host = expandHost(rule.spec.host ?? '', rule.namespace, facts.options.clusterDomain);
      const service = facts.mesh.servicesByHost.get(host)?.[0];
      if (service === undefined || waypointOf(facts.mesh, service.resource) !== null) continue;
      yield occurrence(
        rule,
        rule.spec,
        ['host'],
        `${host} has no waypoint: in ambient mode this DestinationRule has no effect on workloads`,
        {
          help: `${labelWaypoint(service.resource, facts.mesh)}.`,
          related: [{ message: 'the service is here', span: nameSpan(service.resource) }],
        },
      );
    }
  },
};
