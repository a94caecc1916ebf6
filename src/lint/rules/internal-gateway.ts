/** A VirtualService is bound to the generated Gateway behind one of Kubernetes' Gateway API. */
import { isInternalGateway } from '../facts/gateway-names.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const internalGateway: LintRule = {
  meta: {
    code: 'IST0165',
    name: 'internal-gateway',
    severity: 'warning',
    summary:
      "A VirtualService names the internal Gateway that Istio generates for Kubernetes' Gateway API.",
    why: 'The name is an implementation detail and may change with any version of Istio.',
    help: 'Use a TCPRoute or HTTPRoute with that Gateway, or an Istio Gateway with this VirtualService.',
    istio: analyzer('IST0165', 'analyzers/virtualservice/gateways.go'),
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const named = service.spec.gateways;
      for (const [i, name] of (named ?? []).entries())
        if (named !== undefined && isInternalGateway(name))
          yield occurrence(
            service,
            named,
            [i],
            `${name} is a Gateway that Istio generated for itself`,
          );
    }
  },
};
