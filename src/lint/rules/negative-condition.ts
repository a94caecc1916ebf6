/** Objects of which the cluster itself says that something about them failed. */
import { analyzer, type LintRule, occurrence } from '../rule.ts';

const kinds = ['Service', 'ServiceEntry', 'WorkloadEntry'] as const;

export const negativeCondition: LintRule = {
  meta: {
    code: 'IST0171',
    name: 'negative-condition',
    severity: 'warning',
    summary: 'The status of an object says that it is not bound to its waypoint.',
    why: 'Istio writes the condition where `istio.io/use-waypoint` names a waypoint that is not there or not ready: its rules are then not applied.',
    help: 'Look at what reason and message say; `tcpmesh validate` reads the status as it was when the object was fetched.',
    istio: analyzer('IST0171', 'analyzers/conditions/conditions.go'),
  },
  reads: kinds,
  kiali: null,
  *check(facts) {
    for (const kind of kinds)
      for (const resource of facts.objects.of(kind))
        for (const condition of resource.status?.conditions ?? []) {
          const { type = '', status, reason = '', message = '' } = condition;
          if (type !== 'istio.io/WaypointBound' || status !== 'False') continue;
          const said = [reason, message].filter((text) => text !== '').join(': ');
          yield occurrence(
            resource,
            condition,
            ['status'],
            `the condition ${type} is False${said === '' ? '' : ` (${said})`}`,
          );
        }
  },
};
