/** A Sidecar for workloads that do not exist. */

import { podsToCome } from '../facts/pods-to-come.ts';
import { labelsText } from '../facts/selectors.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const sidecarSelectorWithoutPods: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'sidecar-selector-without-pods',
    severity: 'error',
    summary: 'No pod of its namespace carries the labels of a Sidecar.',
    why: 'The Sidecar applies to nothing.',
    help: "Use labels of the pods' template; a Sidecar selects only in its own namespace.",
    istio: analyzer('IST0101', 'analyzers/sidecar/selector.go'),
  },
  reads: ['Sidecar', 'Pod', 'Deployment'],
  kiali: 'KIA0004',
  *check(facts) {
    if (!facts.judges('pods')) return;
    for (const sidecar of facts.objects.of('Sidecar')) {
      const labels = sidecar.spec.workloadSelector?.labels;
      if (labels === undefined || Object.keys(labels).length === 0) continue;
      if (facts.pods().selectsAny(labels, sidecar.namespace)) continue;
      if (facts.pods().mayComeFromElsewhere(labels, sidecar.namespace)) continue;
      const toCome = facts.pods().expectedBy(labels, sidecar.namespace)[0];
      if (toCome !== undefined) {
        yield podsToCome(sidecar, labels, toCome);
        continue;
      }
      yield occurrence(
        sidecar,
        labels,
        [],
        `no pod of namespace ${sidecar.namespace} carries the labels ${labelsText(labels)}`,
      );
    }
  },
};
