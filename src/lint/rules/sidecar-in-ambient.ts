/** A Sidecar for workloads that have no sidecar. */
import { dataplaneMode, isAmbientNamespace, isCapturedPod } from '../facts/ambient.ts';
import { analyzer, type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const sidecarInAmbient: LintRule = {
  meta: {
    code: 'IST0167',
    name: 'sidecar-in-ambient',
    severity: 'warning',
    summary: 'A Sidecar is for workloads in ambient mode.',
    why: 'Workloads in ambient mode have no sidecar proxy, so the resource has no effect on them.',
    help: 'Remove it, or restrict it to workloads with sidecars.',
    istio: analyzer('IST0167', 'analyzers/sidecar/selector.go'),
  },
  reads: ['Sidecar', 'Pod', 'Deployment', 'Namespace'],
  kiali: null,
  *check(facts) {
    for (const sidecar of facts.objects.of('Sidecar')) {
      const labels = sidecar.spec.workloadSelector?.labels ?? {};
      const inAmbient = isAmbientNamespace(facts, sidecar.namespace);
      if (Object.keys(labels).length === 0) {
        if (!inAmbient) continue;
        const message = `namespace ${sidecar.namespace} is in ambient mode: its workloads have no sidecar that this could configure`;
        yield occurrence(sidecar, sidecar.metadata, ['name'], message);
        continue;
      }
      const selected = facts.pods().expectedBy(labels, sidecar.namespace);
      const captured = selected.find(isCapturedPod);
      const labelled = selected.find((pod) => pod.labels[dataplaneMode] === 'ambient');
      const pod = captured ?? labelled ?? (inAmbient ? selected[0] : undefined);
      if (pod === undefined) continue;
      const message = `${nameOf(pod.resource)} is in ambient mode: it has no sidecar that this could configure`;
      const more = captured === undefined ? { istio: nobodyElse } : {};
      yield occurrence(sidecar, sidecar.spec, ['workloadSelector'], message, more);
    }
  },
};
