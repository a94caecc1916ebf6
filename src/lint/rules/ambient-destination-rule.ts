/** In ambient mode: a DestinationRule that nobody reads. */
import { waypointOf } from '../../mesh/index.ts';
import { agree, listed } from '../../text/index.ts';
import { governedServices } from '../facts/governed-services.ts';
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
    if (facts.options.mode !== 'ambient') return;
    for (const rule of facts.objects.of('DestinationRule')) {
      const services = governedServices(rule, facts);
      const bare = services.filter(({ resource }) => waypointOf(facts.mesh, resource) === null);
      const [first] = bare;
      if (first === undefined) continue;
      const hosts = [...new Set(bare.map((service) => service.host))];
      const where =
        bare.length === services.length
          ? 'on workloads'
          : `on connections to ${agree(hosts.length, 'it', 'them')}`;
      yield occurrence(
        rule,
        rule.spec,
        ['host'],
        `${listed(hosts)} ${agree(hosts.length, 'has', 'have')} no waypoint: in ambient mode this DestinationRule has no effect ${where}`,
        {
          help: `${labelWaypoint(first.resource, facts.mesh)}.`,
          related: [{ message: 'the service is here', span: nameSpan(first.resource) }],
        },
      );
    }
  },
};
