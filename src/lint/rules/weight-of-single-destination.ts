/** A weight on the only destination of a route. */
import { everyRoute, type Taker } from '../facts/rule-walk.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const whyOf = (taker: Taker): string =>
  `With one destination the weight is not looked at, even if it is 0: every ${taker} goes there.`;

export const weightOfSingleDestination: LintRule = {
  meta: {
    code: 'TCM1401',
    name: 'weight-of-single-destination',
    severity: 'warning',
    summary: 'The only destination of a route has a weight.',
    why: whyOf('connection'),
    help: 'Remove the weight, or add the destination that should get the rest.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: 'KIA1104',
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { route, taker } of everyRoute(service)) {
        const only = route.length === 1 ? route[0] : undefined;
        if (only?.weight === undefined || only.weight === 100) continue;
        yield occurrence(
          service,
          only,
          ['weight'],
          `weight ${only.weight} of the only destination is not looked at: ${only.destination?.host ?? 'it'} gets every ${taker}`,
          taker === 'connection' ? {} : { why: whyOf(taker) },
        );
      }
  },
};
