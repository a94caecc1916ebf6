/** Fields that Istio has given up. */
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const deprecatedField: LintRule = {
  meta: {
    code: 'IST0002',
    name: 'deprecated-field',
    severity: 'warning',
    summary: 'A field is used that Istio has deprecated.',
    why: 'A later version of Istio will ignore or refuse it.',
    help: 'Use the field that replaced it.',
    istio: analyzer('IST0002', 'analyzers/deprecation/deprecation.go'),
  },
  reads: ['VirtualService', 'Sidecar'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { fault } of service.spec.http ?? [])
        if (fault?.delay !== undefined && (fault.delay.percent ?? 0) > 0)
          yield occurrence(service, fault.delay, ['percent'], 'fault.delay.percent is deprecated', {
            help: 'Write `percentage: {value: …}`.',
          });
    for (const sidecar of facts.objects.of('Sidecar')) {
      const policy = sidecar.spec.outboundTrafficPolicy;
      if (policy?.egressProxy !== undefined)
        yield occurrence(sidecar, policy, ['egressProxy'], 'egressProxy is deprecated', {
          help: 'Route to the egress gateway with a VirtualService.',
        });
    }
  },
};
