/** A subset that is the whole service. */
import { at, type Subset } from '../../resource/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const subsetWithoutLabels: LintRule = {
  meta: {
    code: 'TCM1407',
    name: 'subset-without-labels',
    severity: 'info',
    summary: 'A subset has no labels and so is the whole service.',
    why: 'A route to it reaches every version.',
    help: 'Add labels, unless the subset is only there for its traffic policy.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule'],
  kiali: 'KIA0209',
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule'))
      for (const subset of rule.spec.subsets ?? [])
        if (
          Object.keys(subset.labels ?? {}).length === 0 &&
          subset.trafficPolicy === undefined &&
          subset.name !== undefined &&
          !saysSomethingElse(subset)
        )
          yield occurrence(
            rule,
            subset,
            ['name'],
            `subset ${subset.name} has no labels: it is every pod of ${rule.spec.host || 'the host'}`,
          );
  },
};

/** Labels that cannot be read, or a field that nobody knows: that is said, and what is meant may be labels. */
function saysSomethingElse({ [at]: { node } }: Subset): boolean {
  if (node.kind !== 'map') return false;
  return node.entries.some(({ key, value }) => {
    if (key === 'labels') return value.kind !== 'map' || value.entries.length > 0;
    return key !== 'name' && key !== 'trafficPolicy' && key !== 'traffic_policy';
  });
}
