/** Settings of a DestinationRule for a port that has some already. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { type PortTrafficPolicy, type Resource, spanAt } from '../../resource/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const portSettingTwice: LintRule = {
  meta: {
    code: 'TCM1418',
    name: 'port-setting-twice',
    severity: 'warning',
    summary: 'A traffic policy has settings for one port twice.',
    why: 'Of the entries with the number of a port Istio takes the first. The others are not joined with it: they are never read.',
    help: 'Write all settings of a port in one entry.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      const { trafficPolicy, subsets = [] } = rule.spec;
      for (const policy of [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)])
        yield* repeated(rule, policy?.portLevelSettings ?? []);
    }
  },
};

function* repeated(
  rule: Resource<'DestinationRule'>,
  entries: readonly PortTrafficPolicy[],
): Iterable<Occurrence> {
  const first = new Map<number, PortTrafficPolicy>();
  for (const entry of entries) {
    const { port } = entry;
    const number = port?.number ?? 0;
    if (port === undefined || number === 0) continue;
    const before = first.get(number);
    first.set(number, before ?? entry);
    if (before === undefined) continue;
    yield occurrence(
      rule,
      port,
      ['number'],
      `port ${number} has settings already: these are never read`,
      { related: [{ message: 'these count', span: spanAt(before, 'port') }] },
    );
  }
}
