/** A Sidecar of the root namespace that is for some workloads only. */
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const rootSidecarSelector: LintRule = {
  meta: {
    code: 'TCM1411',
    name: 'root-sidecar-selector',
    severity: 'warning',
    summary: 'A Sidecar in the root namespace has a workloadSelector.',
    why: 'There it selects only workloads of the root namespace itself and is no default for the others.',
    help: 'Leave workloadSelector out for a default of the whole mesh, or put the Sidecar beside the workloads.',
    istio: nobodyElse,
  },
  reads: ['Sidecar'],
  kiali: 'KIA1006',
  *check(facts) {
    for (const sidecar of facts.objects.of('Sidecar'))
      if (
        sidecar.namespace === facts.mesh.rootNamespace &&
        Object.keys(sidecar.spec.workloadSelector?.labels ?? {}).length > 0
      )
        yield occurrence(
          sidecar,
          sidecar.spec,
          ['workloadSelector'],
          `in ${sidecar.namespace} this selects workloads of that namespace only`,
        );
  },
};
