/** A subset whose labels no pod carries. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { endpointLabels, type Labels, labelsMatch, ruleForClient } from '../../mesh/index.ts';
import type { Resource, Subset } from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import { labelsOnNode, mayCarryOnNode } from '../facts/given-labels.ts';
import { expandHost } from '../facts/host-name.ts';
import type { KnownHost } from '../facts/known-hosts.ts';
import { lossAtPorts } from '../facts/lost-calls.ts';
import { isTemplate, type PodLike } from '../facts/pods.ts';
import { writesItsEndpoints } from '../facts/written-endpoints.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence, qualifiedName } from '../rule.ts';

type Host = Resource<'Service'> | Resource<'ServiceEntry'>;

export const subsetWithoutPods: LintRule = {
  meta: {
    code: 'IST0173',
    name: 'subset-without-pods',
    severity: 'error',
    summary: 'No pod carries the labels of a subset.',
    why: 'The cluster of the subset has no endpoints: every connection that is routed to it is accepted and closed at once, every HTTP request answered 503.',
    help: "Give the labels of the pods' template, or correct those of the subset; letter case counts.",
    istio: analyzer('IST0173', 'analyzers/destinationrule/subset.go'),
  },
  reads: ['DestinationRule', 'Pod', 'Deployment', 'Service', 'ServiceEntry', 'WorkloadEntry'],
  kiali: 'KIA0203',
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      const { host = '', exportTo, subsets = [] } = rule.spec;
      const known = facts.hosts().lookup(host, rule.namespace, exportTo);
      if (known === undefined || !isJudged(known.resource, facts)) continue;
      // Of a repeated subset name the analyzer sees the last one.
      const last = new Map(subsets.map((subset) => [subset.name ?? '', subset]));
      for (const subset of last.values()) yield* withoutPods(rule, subset, known, facts);
    }
  },
};

/** Endpoints that a ServiceEntry writes out are all that it has, whatever Pods there are. */
function isJudged(host: Host, { judges, options }: Facts): boolean {
  return judges('pods') || (options.refs === 'auto' && writesItsEndpoints(host));
}

function* withoutPods(
  rule: Resource<'DestinationRule'>,
  subset: Subset,
  known: KnownHost,
  facts: Facts,
): Iterable<Occurrence> {
  const host = known.resource;
  const entry = host.kind === 'ServiceEntry' ? host : undefined;
  const labels = { ...entry?.spec.workloadSelector?.labels, ...subset.labels };
  if (mayHavePods(labels, host, facts)) return;
  const other = standIn(labels, host, facts);
  // Without Pods among the files the analyzer has not been asked.
  if (other !== undefined && !facts.judges('pods')) return;
  const wanted = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  const place = subset.labels ?? subset;
  const what = `subset ${subset.name ?? ''} (${wanted.join(', ')})`;
  const excuse =
    ofOtherName(host) ??
    (other === undefined ? null : carriedElsewhere(other)) ??
    ofOlderRule(definedBefore(rule, subset, host, facts)) ??
    ofPodsElsewhere(host, facts);
  if (excuse !== null) {
    const { that, ...more } = excuse;
    const message = `Istio's analyzer finds no Pod for ${what}; ${that}`;
    yield occurrence(rule, place, [], message, { severity: 'info', ...more });
    return;
  }
  const services = facts.mesh.servicesByHost.get(known.host) ?? [];
  const loss = lossAtPorts(services.flatMap(({ ports }) => ports));
  const carriers = writesItsEndpoints(host) ? 'endpoint' : 'pod';
  yield occurrence(rule, place, [], `no ${carriers} carries the labels of ${what}: ${loss.so}`, {
    why: `The cluster of the subset has no endpoints: ${loss.each}.`,
    ...valuesThere(subset, host, facts),
  });
}

function mayHavePods(labels: Labels, host: Host, facts: Facts): boolean {
  const { all, selectsAny, mayComeFromElsewhere } = facts.pods();
  return (
    selectsAny(labels) ||
    mayComeFromElsewhere(labels, host.namespace) ||
    all.some((pod) => labelsMatch(labels, labelsOnNode(pod))) ||
    // Where templates stand for the pods, they stand for pods on some node.
    all.some((pod) => isTemplate(pod) && mayCarryOnNode(labels, pod))
  );
}

/** Why it is fine that the analyzer finds no Pod. that: behind the words that it does not. */
type Excuse = Pick<Occurrence, 'why' | 'help' | 'related'> & { readonly that: string };

function ofOtherName(host: Host): Excuse | null {
  if (host.kind !== 'Service' || host.spec.type !== 'ExternalName') return null;
  return {
    that: `${qualifiedName(host)} is another name for ${host.spec.externalName ?? ''} and has no subsets of its own`,
    why: 'No cluster is made for an ExternalName; that the DestinationRule has no effect is a finding of its own.',
    help: 'Write the DestinationRule for the host behind the name.',
  };
}

const carriedElsewhere = (that: string): Excuse => ({
  that,
  why: 'The analyzer counts Pods only, and none of the labels that a node or another object gives.',
  help: 'Nothing has to be done.',
});

function ofOlderRule(counting: Resource<'DestinationRule'> | null): Excuse | null {
  if (counting === null) return null;
  return {
    that: `for clients the subset of this name in ${nameOf(counting)} counts`,
    why: 'DestinationRules of one namespace for one host are joined, and of subsets with one name that of the oldest counts.',
    help: 'Remove the subset here, or write one DestinationRule for the host.',
    related: [{ message: `${nameOf(counting)} is here`, span: nameSpan(counting) }],
  };
}

function ofPodsElsewhere(host: Host, facts: Facts): Excuse | null {
  if (chosenPods(host, facts).length > 0 || !isOfOthers(host, facts)) return null;
  return {
    that: `no Pod of namespace ${host.namespace} is among these files`,
    why: 'The Pods are made by something that is not among the files, an operator say, and may well carry the labels.',
    help: 'Give the files that make the Pods too; or say `--refs require` where the input is all that the cluster holds.',
    related: [{ message: 'its Pods would be there', span: nameSpan(host) }],
  };
}

/** The values that the first label of the subset has on what is there. */
function valuesThere(subset: Subset, host: Host, facts: Facts): Pick<Occurrence, 'help'> {
  const [key] = Object.keys(subset.labels ?? {});
  const written = writesItsEndpoints(host) ? (host.spec.endpoints ?? []) : null;
  const carried: readonly Labels[] = [
    ...chosenPods(host, facts).map(labelsOnNode),
    ...(written ?? []).map((one) => endpointLabels(one.labels ?? {}, one)),
  ];
  const values =
    key === undefined ? [] : [...new Set(carried.flatMap((labels) => labels[key] ?? []))].sort();
  if (values.length === 0) return {};
  const whose = written === null ? 'Pods' : 'Endpoints';
  return {
    help: `${whose} here have ${key}: ${values.slice(0, 5).join(', ')}; letter case counts.`,
  };
}

/** Of a namespace without any Pod here something else makes them: files of another repository, or an operator. */
function isOfOthers(host: Host, { options, pods }: Facts): boolean {
  if (selectorOf(host) === null || options.refs !== 'auto') return false;
  return !pods().namespaces.has(host.namespace);
}

/** The DestinationRule whose subset of this name clients get instead; null where they get this one, or none. */
function definedBefore(
  rule: Resource<'DestinationRule'>,
  { name = '' }: Subset,
  host: Host,
  { mesh, options }: Facts,
): Resource<'DestinationRule'> | null {
  const fqdn = expandHost(rule.spec.host ?? '', rule.namespace, options.clusterDomain);
  const rules = mesh.destinationRules.search(fqdn, host.namespace, rule.namespace).at(-1)?.rules;
  const found = ruleForClient(rules ?? [], rule.namespace, {})?.subsets.get(name)?.rule.resource;
  return found === undefined || found === rule ? null : found;
}

/** What may carry the labels although the analyzer finds no Pod that does. */
function standIn(
  labels: Readonly<Record<string, string>>,
  host: Host,
  facts: Facts,
): string | undefined {
  const pods = chosenPods(host, facts);
  const placed = pods.find((pod) => !isTemplate(pod) && mayCarryOnNode(labels, pod));
  if (placed !== undefined)
    return `what the node of ${nameOf(placed.resource)} is like is not in the files`;
  const template = pods.find((pod) => isTemplate(pod) && mayCarryOnNode(labels, pod));
  if (template !== undefined) return `those of ${nameOf(template.resource)} will carry its labels`;
  const endpoints = host.kind === 'ServiceEntry' ? (host.spec.endpoints ?? []) : [];
  const endpoint = endpoints.find((e) => labelsMatch(labels, endpointLabels(e.labels ?? {}, e)));
  if (endpoint !== undefined)
    return `the endpoint ${endpoint.address ?? ''} of ${nameOf(host)} carries its labels`;
  const selector = selectorOf(host);
  const workload = facts.objects.of('WorkloadEntry').find((entry) => {
    const own = { ...entry.spec.labels, ...entry.metadata.labels };
    const chosen = selector !== null && entry.namespace === host.namespace;
    return (
      chosen && labelsMatch(selector, own) && labelsMatch(labels, endpointLabels(own, entry.spec))
    );
  });
  return workload === undefined ? undefined : `${nameOf(workload)} carries its labels`;
}

/** The pods that are or will be endpoints of a host: those that it selects, in its own namespace. */
function chosenPods(host: Host, facts: Facts): readonly PodLike[] {
  const selector = selectorOf(host);
  return selector === null ? [] : facts.pods().expectedBy(selector, host.namespace);
}

/** Null where it selects nothing. */
function selectorOf(host: Host): Labels | null {
  const labels = host.kind === 'Service' ? host.spec.selector : host.spec.workloadSelector?.labels;
  return labels === undefined || Object.keys(labels).length === 0 ? null : labels;
}
