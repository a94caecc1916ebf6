/** Two Sidecars that are both the default of their namespace. */

import { agree, listed } from '../../text/index.ts';
import { isAmbientNamespace } from '../facts/ambient.ts';
import { groupBy } from '../facts/group-by.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence } from '../rule.ts';

export const severalDefaultSidecars: LintRule = {
  meta: {
    code: 'IST0111',
    name: 'several-default-sidecars',
    severity: 'error',
    summary: 'A namespace has several Sidecars without a workloadSelector.',
    why: 'Only the oldest is used; what the others say is lost.',
    help: 'Keep one, and give the others a workloadSelector with labels.',
    istio: analyzer('IST0111', 'analyzers/sidecar/defaultselector.go'),
  },
  reads: ['Sidecar', 'Namespace'],
  kiali: 'KIA0002',
  *check(facts) {
    const defaults = facts.objects
      .of('Sidecar')
      .filter(({ spec }) => Object.keys(spec.workloadSelector?.labels ?? {}).length === 0);
    for (const [namespace, sidecars] of groupBy(defaults, (sidecar) => sidecar.namespace)) {
      if (sidecars.length < 2 || isAmbientNamespace(facts, namespace)) continue;
      for (const sidecar of sidecars) {
        const others = sidecars.filter((other) => other !== sidecar);
        yield occurrence(
          sidecar,
          sidecar.metadata,
          ['name'],
          `${listed(others.map((other) => nameOf(other)))} ${agree(others.length, 'is', 'are')} for all workloads of ${namespace} too: only the oldest is used`,
          {
            related: others.map((other) => ({
              message: `${nameOf(other)} is here`,
              span: nameSpan(other),
            })),
          },
        );
      }
    }
  },
};
