/** sourceSubnet, which Istio takes and never looks at. */
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const sourceSubnetIgnored: LintRule = {
  meta: {
    code: 'TCM1109',
    name: 'source-subnet-ignored',
    severity: 'error',
    summary: 'A match uses sourceSubnet, which Istio takes but never looks at.',
    why: 'The field is in the API and read nowhere: the rule holds for clients of every address.',
    help: 'Use sourceLabels or sourceNamespace.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { match } of service.spec.tcp ?? [])
        for (const block of match ?? [])
          if ((block.sourceSubnet ?? '') !== '')
            yield occurrence(
              service,
              block,
              ['sourceSubnet'],
              `Istio does not look at sourceSubnet: clients outside ${block.sourceSubnet} match too`,
            );
  },
};
