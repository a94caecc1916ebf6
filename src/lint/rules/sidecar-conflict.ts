/** Two Sidecars for one pod. */

import type { Resource } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { isCapturedPod } from '../facts/ambient.ts';
import type { PodLike } from '../facts/pods.ts';
import { analyzer, type LintRule, nameOf, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const sidecarConflict: LintRule = {
  meta: {
    code: 'IST0110',
    name: 'sidecar-conflict',
    severity: 'error',
    summary: 'Two Sidecars select one pod.',
    why: 'Only the older one is used; what the other says is lost.',
    help: 'Make the selectors exclude each other, or join the Sidecars.',
    istio: analyzer('IST0110', 'analyzers/sidecar/selector.go'),
  },
  reads: ['Sidecar', 'Pod', 'Deployment'],
  kiali: 'KIA0003',
  *check(facts) {
    if (!facts.judges('pods')) return;
    const byPod = new Map<PodLike, Resource<'Sidecar'>[]>();
    for (const sidecar of facts.objects.of('Sidecar')) {
      const labels = sidecar.spec.workloadSelector?.labels ?? {};
      if (Object.keys(labels).length === 0) continue;
      for (const pod of facts.pods().expectedBy(labels, sidecar.namespace))
        byPod.set(pod, [...(byPod.get(pod) ?? []), sidecar]);
    }
    const said = new Set<Resource>();
    for (const [pod, sidecars] of byPod) {
      if (sidecars.length < 2 || isCapturedPod(pod)) continue;
      for (const sidecar of sidecars) {
        if (said.has(sidecar)) continue;
        said.add(sidecar);
        const others = sidecars.filter((other) => other !== sidecar);
        yield occurrence(
          sidecar,
          sidecar.spec,
          ['workloadSelector'],
          `${listed(others.map((other) => nameOf(other)))} ${agree(others.length, 'selects', 'select')} ${nameOf(pod.resource)} too: only the oldest Sidecar is used`,
          {
            ...(facts.pods().all.includes(pod) ? {} : { istio: nobodyElse }),
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
