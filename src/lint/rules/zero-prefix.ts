/** Subnets at address 0.0.0.0, which Istio drops. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { L4MatchAttributes, Resource } from '../../resource/index.ts';
import { isDropped } from '../../routing/index.ts';
import { anyOf } from '../../text/index.ts';
import { everyMatch } from '../facts/rule-walk.ts';
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
      for (const match of everyMatch(service))
        if ('destinationSubnets' in match && match.destinationSubnets !== undefined)
          yield* dropped(service, match.destinationSubnets);
  },
};

function* dropped(
  service: Resource<'VirtualService'>,
  subnets: NonNullable<L4MatchAttributes['destinationSubnets']>,
): Iterable<Occurrence> {
  const others = subnets.filter((subnet) => !isDropped(subnet));
  for (const [i, subnet] of subnets.entries()) {
    if (!isDropped(subnet)) continue;
    if (others.length === 0) {
      const severity = subnet === '0.0.0.0/0' ? 'info' : 'warning';
      const message = `Istio drops ${subnet}: the rule takes every address`;
      yield occurrence(service, subnets, [i], message, { severity });
    } else {
      const message = `Istio drops ${subnet}, so this match is for addresses in ${anyOf(others)} alone`;
      yield occurrence(service, subnets, [i], message);
    }
  }
}
