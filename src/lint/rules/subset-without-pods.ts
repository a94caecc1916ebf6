/** A subset whose labels no pod carries. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { type Labels, labelsMatch } from '../../mesh/index.ts';
import type { Resource, Subset } from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import type { PodLike } from '../facts/pods.ts';
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

export const subsetWithoutPods: LintRule = {
  meta: {
    code: 'IST0173',
    name: 'subset-without-pods',
    severity: 'error',
    summary: 'No pod carries the labels of a subset.',
    why: 'The cluster of the subset has no endpoints: every connection that is routed to it is accepted and closed at once.',
    help: "Give the labels of the pods' template, or correct those of the subset; letter case counts.",
    istio: analyzer('IST0173', 'analyzers/destinationrule/subset.go'),
  },
  reads: ['DestinationRule', 'Pod', 'Deployment', 'Service', 'ServiceEntry', 'WorkloadEntry'],
  kiali: 'KIA0203',
  *check(facts) {
    if (!facts.judges('pods')) return;
    for (const rule of facts.objects.of('DestinationRule')) {
      const { host = '', exportTo, subsets = [] } = rule.spec;
      const known = facts.hosts().lookup(host, rule.namespace, exportTo);
      if (known === undefined) continue;
      const entry = known.resource.kind === 'ServiceEntry' ? known.resource : undefined;
      // Of a repeated subset name the analyzer sees the last one.
      const last = new Map(subsets.map((subset) => [subset.name ?? '', subset]));
      for (const subset of last.values()) yield* withoutPods(rule, subset, entry, facts);
    }
  },
};

function* withoutPods(
  rule: Resource<'DestinationRule'>,
  subset: Subset,
  entry: Resource<'ServiceEntry'> | undefined,
  facts: Facts,
): Iterable<Occurrence> {
  const labels = { ...entry?.spec.workloadSelector?.labels, ...subset.labels };
  if (facts.pods().selectedBy(labels).length > 0) return;
  if (facts.pods().selectedBy(withoutNodeLabels(labels)).some(isOnSomeNode)) return;
  const wanted = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  const place = subset.labels ?? subset;
  const what = `subset ${subset.name ?? ''} (${wanted.join(', ')})`;
  const other = standIn(labels, entry, facts);
  if (other !== undefined) {
    const message = `Istio's analyzer finds no Pod for ${what}; ${other}`;
    yield occurrence(rule, place, [], message, {
      severity: 'info',
      help: 'Nothing has to be done.',
    });
    return;
  }
  const pods = facts.pods().all;
  const key = Object.keys(subset.labels ?? {})[0];
  const values =
    key === undefined ? [] : [...new Set(pods.flatMap((pod) => pod.labels[key] ?? []))].sort();
  yield occurrence(
    rule,
    place,
    [],
    `no pod carries the labels of ${what}: connections to it are closed at once`,
    values.length === 0
      ? {}
      : { help: `Pods here have ${key}: ${values.slice(0, 5).join(', ')}; letter case counts.` },
  );
}

/** Labels that endpoints get from where their pod runs; what the nodes are like is not in the files. */
const fromNode = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'topology.istio.io/cluster',
  'topology.istio.io/network',
  'kubernetes.io/hostname',
]);

function withoutNodeLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !fromNode.has(key)));
}

/** A template's pods will be on one. */
function isOnSomeNode({ resource }: PodLike): boolean {
  return resource.kind !== 'Pod' || (resource.spec.nodeName ?? '') !== '';
}

/** What carries the labels although it is no Pod. */
function standIn(
  labels: Readonly<Record<string, string>>,
  entry: Resource<'ServiceEntry'> | undefined,
  facts: Facts,
): string | undefined {
  const template = facts.pods().templates.find((pod) => labelsMatch(labels, pod.labels));
  if (template !== undefined) return `those of ${nameOf(template.resource)} will carry its labels`;
  if (entry === undefined) return undefined;
  const endpoint = (entry.spec.endpoints ?? []).find((e) => labelsMatch(labels, e.labels ?? {}));
  if (endpoint !== undefined)
    return `the endpoint ${endpoint.address ?? ''} of ${nameOf(entry)} carries its labels`;
  const workload = facts.objects
    .of('WorkloadEntry')
    .find((w) => labelsMatch(labels, { ...w.spec.labels, ...w.metadata.labels }));
  return workload === undefined ? undefined : `${nameOf(workload)} carries its labels`;
}
