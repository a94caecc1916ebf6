/** A Sidecar for workloads that have no sidecar. */
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

const mode = 'istio.io/dataplane-mode';

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
    const ambient = new Set(
      facts.objects
        .of('Namespace')
        .filter((namespace) => namespace.metadata.labels?.[mode] === 'ambient')
        .map((namespace) => namespace.name),
    );
    for (const sidecar of facts.objects.of('Sidecar')) {
      const labels = sidecar.spec.workloadSelector?.labels ?? {};
      if (ambient.has(sidecar.namespace)) {
        const message = `namespace ${sidecar.namespace} is in ambient mode: its workloads have no sidecar that this could configure`;
        yield occurrence(sidecar, sidecar.metadata, ['name'], message);
      } else if (Object.keys(labels).length > 0) {
        const pod = facts
          .pods()
          .selectedBy(labels, sidecar.namespace)
          .find((selected) => selected.labels[mode] === 'ambient');
        if (pod !== undefined) {
          const message = `${nameOf(pod.resource)} is in ambient mode: it has no sidecar that this could configure`;
          yield occurrence(sidecar, sidecar.spec, ['workloadSelector'], message);
        }
      }
    }
  },
};
