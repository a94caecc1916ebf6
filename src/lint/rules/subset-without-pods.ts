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
  const { all } = facts.pods();
  if (all.some((pod) => labelsMatch(labels, labelsOnNode(pod)))) return;
  // Where templates stand for the pods, they stand for pods on some node.
  if (all.some((pod) => pod.resource.kind !== 'Pod' && mayCarry(labels, pod))) return;
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

const hostname = 'kubernetes.io/hostname';

/** Labels that endpoints get from where their pod runs; what the nodes are like is not in the files. */
const ofNode = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'topology.istio.io/cluster',
  'topology.istio.io/network',
]);

/** Istio gives each pod the name of its node as a label (util/label/label.go:AugmentLabels). */
function labelsOnNode({ labels, resource }: PodLike): Labels {
  const node = resource.kind === 'Pod' ? resource.spec.nodeName : undefined;
  return node ? { ...labels, [hostname]: node } : labels;
}

/** Would the pod carry the labels on a node of the right kind? A template's pods will be on some node. */
function mayCarry(labels: Labels, pod: PodLike): boolean {
  const { kind, spec } = pod.resource;
  const template = kind !== 'Pod';
  if (!template && !spec.nodeName) return false;
  const own = Object.entries(labels).filter(
    ([key]) => !ofNode.has(key) && !(template && key === hostname),
  );
  return labelsMatch(Object.fromEntries(own), labelsOnNode(pod));
}

/** What may carry the labels although the analyzer finds no Pod that does. */
function standIn(
  labels: Readonly<Record<string, string>>,
  entry: Resource<'ServiceEntry'> | undefined,
  facts: Facts,
): string | undefined {
  const placed = facts.pods().all.find((pod) => mayCarry(labels, pod));
  if (placed !== undefined && placed.resource.kind === 'Pod')
    return `what the node of ${nameOf(placed.resource)} is like is not in the files`;
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
