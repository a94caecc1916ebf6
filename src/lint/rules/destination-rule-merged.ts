/** Two DestinationRules for one host in one namespace. */

import type { MeshDestinationRule } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { groupBy } from '../facts/group-by.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const destinationRuleMerged: LintRule = {
  meta: {
    code: 'TCM1408',
    name: 'destination-rule-merged',
    severity: 'warning',
    summary: 'Two DestinationRules of one namespace are for one host.',
    why: "Istio joins them: new subsets of the younger are added, but a subset name that the older has, and the younger's trafficPolicy where the older has one, are lost.",
    help: 'Write one DestinationRule for the host.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule'],
  kiali: 'KIA0201',
  *check(facts) {
    const plain = facts.mesh.destinationRules.all.filter(({ selector }) => selector === null);
    for (const group of groupBy(plain, joinedBy).values())
      for (const [i, rule] of group.entries()) {
        const older = group.slice(0, i);
        const lost = lostOf(rule, older);
        const first = older[0]?.resource;
        if (first === undefined || lost.length === 0) continue;
        yield occurrence(
          rule.resource,
          rule.resource.spec,
          ['host'],
          `${nameOf(first)} is for ${rule.host} too and counts as older: of this one ${listed(lost)} ${agree(lost.length, 'is', 'are')} lost`,
          { related: [{ message: 'the older one is here', span: spanAt(first.spec, 'host') }] },
        );
      }
  },
};

/** Of two that are exported differently each client gets one as it is. */
function joinedBy({ namespace, host, exportTo }: MeshDestinationRule): string {
  return [namespace, host, ...[...exportTo].sort()].join(' ');
}

/** What older rules have already; nothing where all of it is new. */
function lostOf(
  { resource: { spec } }: MeshDestinationRule,
  older: readonly MeshDestinationRule[],
): string[] {
  const names = new Set(
    older.flatMap(({ resource }) => (resource.spec.subsets ?? []).map(({ name }) => name)),
  );
  const subsets = (spec.subsets ?? []).filter(({ name }) => names.has(name));
  const policy =
    spec.trafficPolicy !== undefined &&
    older.some(({ resource }) => resource.spec.trafficPolicy !== undefined);
  return [
    ...subsets.map(({ name }) => `subset ${name ?? ''}`),
    ...(policy ? ['trafficPolicy'] : []),
  ];
}
