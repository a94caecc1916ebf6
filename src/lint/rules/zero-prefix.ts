/** Subnets at address 0.0.0.0, which Istio drops. */
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const zeroPrefix: LintRule = {
  meta: {
    code: 'TCM1206',
    name: 'zero-prefix',
    severity: 'warning',
    summary: 'A destination subnet has the address 0.0.0.0, and so is dropped.',
    why: 'Istio drops the entry, whatever its length. If none is left, the rule matches every address of its listener, is tried before the rules without subnets, and a second such rule makes Envoy refuse the listener.',
    help: 'Leave destinationSubnets out to match every address.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const list of ['tcp', 'tls'] as const)
        for (const { match } of service.spec[list] ?? [])
          for (const { destinationSubnets } of match ?? [])
            for (const [i, subnet] of (destinationSubnets ?? []).entries()) {
              if (destinationSubnets === undefined) continue;
              if (subnet !== '0.0.0.0' && !subnet.startsWith('0.0.0.0/')) continue;
              const alone = destinationSubnets.length === 1;
              yield occurrence(
                service,
                destinationSubnets,
                [i],
                `Istio drops ${subnet}${alone ? ': the rule takes every address' : ', so only the other subnets count'}`,
                { severity: subnet === '0.0.0.0/0' ? 'info' : 'warning' },
              );
            }
  },
};
