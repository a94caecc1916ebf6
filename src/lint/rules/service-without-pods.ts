/** A Service whose selector fits no Pod of its namespace, where the input has some. */
import type { Labels } from '../../mesh/index.ts';
import { onlyClose } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import type { PodLike } from '../facts/pods.ts';
import { type LintRule, nobodyElse, occurrence, qualifiedName } from '../rule.ts';

export const serviceWithoutPods: LintRule = {
  meta: {
    code: 'TCM1316',
    name: 'service-without-pods',
    severity: 'info',
    summary: 'A Service selects none of the Pods that the input has in its namespace.',
    why: 'Without Pods that carry all labels of the selector the Service has no endpoints, and connections to it are closed. Nothing more is said of it, for its Pods may come from other files.',
    help: 'Compare the selector with the labels of the template; `--refs require` takes the input for all that the cluster holds.',
    istio: nobodyElse,
  },
  reads: ['Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    if (facts.options.refs !== 'auto' || !facts.judges('pods')) return;
    for (const service of facts.objects.of('Service')) {
      const { namespace, spec, name } = service;
      const selector: Labels = spec.selector ?? {};
      if (Object.keys(selector).length === 0 || !facts.pods().namespaces.has(namespace)) continue;
      const { expectedBy, mayComeFromElsewhere } = facts.pods();
      if (mayComeFromElsewhere(selector, namespace)) continue;
      if (expectedBy(selector, namespace).length > 0) continue;
      if (facts.mesh.statedSlices.byService.has(`${namespace}/${name}`)) continue;
      const meant = nearest(selector, namespace, facts);
      const labels = Object.entries(selector).map(([key, value]) => `${key}: ${value}`);
      yield occurrence(
        service,
        spec,
        ['selector'],
        `${qualifiedName(service)} selects ${labels.join(', ')}, and no Pod of namespace ${namespace} here has that`,
        meant === null
          ? {}
          : {
              severity: 'warning',
              help: `Did you mean ${meant}?`,
            },
      );
    }
  },
};

/** `app: db`, where Pods of the namespace have the keys of the selector and a value that is nearly the one asked for. */
function nearest(selector: Labels, namespace: string, facts: Facts): string | null {
  const near = facts.pods().all.filter((pod) => pod.namespace === namespace);
  for (const [key, value] of Object.entries(selector)) {
    const others = near.filter((pod) => fits(pod, selector, key));
    const meant = onlyClose(value, new Set(others.flatMap(({ labels }) => labels[key] ?? [])));
    if (meant !== null) return `${key}: ${meant}`;
  }
  return null;
}

/** But for the one key. */
function fits({ labels }: PodLike, selector: Labels, but: string): boolean {
  return Object.entries(selector).every(([key, value]) => key === but || labels[key] === value);
}
