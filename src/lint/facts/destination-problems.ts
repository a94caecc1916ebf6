/** Destinations of a rule that a connection which takes the rule would be closed at, as routing finds them. */

import { type Rule, sameRule, unnamedNamespace } from '../../expectation/index.ts';
import { hostCovers, labelsMatch, type Mesh } from '../../mesh/index.ts';
import type { Resource, RouteDestination } from '../../resource/index.ts';
import {
  type Call,
  type DestinationShare,
  sameClusters,
  type Verdict,
  type Viewpoint,
} from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { namespacesOfPods, supposedNamespaces } from './gateway-views.ts';
import { expandHost } from './host-name.ts';
import { lazyFor } from './lazy.ts';

/**
 * share: with its problem. entry: the entry of the route that names it. call: a connection that takes the rule, from a namespace that
 * the files name if there is one. fine: namespaces from which it has not that problem.
 */
export type BrokenDestination = {
  readonly rule: Rule;
  readonly entry: RouteDestination;
  readonly share: DestinationShare;
  readonly call: Call;
  readonly fine: readonly string[];
};

type Met = Pick<BrokenDestination, 'share' | 'call'>;

export const brokenDestinations = lazyFor((facts: Facts): readonly BrokenDestination[] => [
  ...findBroken(facts),
]);

type DestinationProblem = NonNullable<DestinationShare['problem']>;

const problems: readonly DestinationProblem[] = ['no-such-cluster', 'no-endpoints'];

function* findBroken(facts: Facts): Iterable<BrokenDestination> {
  const namespacesOf = ruleNamespaces(facts);
  for (const rule of facts.routes().rules) {
    const reach = facts.routes().reach(rule);
    if (reach.kind !== 'reached') continue;
    const verdicts = fromElsewhereToo(reach.attempt.call, rule, namespacesOf, facts);
    for (const [entry, shares] of metBy(verdicts, rule, facts))
      for (const problem of problems) {
        const broken = brokenBy(problem, shares);
        if (broken !== null) yield { rule, entry, ...broken };
      }
  }
}

/** Of those verdicts that the rule decides: what became of each of its entries. */
function metBy(
  verdicts: Iterable<Verdict>,
  rule: Rule,
  facts: Facts,
): ReadonlyMap<RouteDestination, readonly Met[]> {
  const met = new Map<RouteDestination, Met[]>();
  for (const verdict of verdicts) {
    if (!sameRule(verdict.rule, rule.ref)) continue;
    for (const share of verdict.destinations) {
      const entry = entryOf(rule, share, facts);
      if (entry !== undefined)
        met.set(entry, [...(met.get(entry) ?? []), { share, call: verdict.call }]);
    }
  }
  return met;
}

/** Of files without pods every subset would be empty. */
export function tellsOfEndpoints(facts: Facts): boolean {
  const { refs } = facts.options;
  const stated = refs !== 'ignore' && facts.mesh.statedSlices.byService.size > 0;
  return stated || facts.judges('pods');
}

/** The share that has the problem, where there is one met from a namespace that files name; and from where all is fine. */
function brokenBy(
  problem: DestinationProblem,
  shares: readonly Met[],
): Omit<BrokenDestination, 'rule' | 'entry'> | null {
  const broken = shares.filter(({ share }) => share.problem === problem);
  // Where a gateway runs that is not among the files nobody knows: it is where all is fine.
  if (broken.length < shares.length && broken[0]?.call.from.kind === 'gateway') return null;
  const worst = broken.find(({ call }) => call.from.namespace !== unnamedNamespace) ?? broken[0];
  if (worst === undefined) return null;
  const fine = shares.flatMap(({ share, call }) =>
    share.problem === problem ? [] : [call.from.namespace],
  );
  return { ...worst, fine };
}

/** By host: the namespaces with a DestinationRule that may be for it. */
function ruleNamespaces(facts: Facts): (host: string) => Iterable<string> {
  const byHost = new Map<string, Set<string>>();
  for (const { host, namespace } of facts.mesh.destinationRules.all)
    byHost.set(host, (byHost.get(host) ?? new Set()).add(namespace));
  const wildcards = [...byHost].filter(([host]) => host.startsWith('*'));
  return (host) => [
    ...(byHost.get(host) ?? []),
    ...wildcards.flatMap(([wildcard, namespaces]) =>
      hostCovers(wildcard, host) ? [...namespaces] : [],
    ),
  ];
}

/**
 * Of the connection itself, then of the same from namespaces whose DestinationRules may say something else about the destinations,
 * and from such as see a destination that is not for everyone, or do not.
 */
function* fromElsewhereToo(
  call: Call,
  rule: Rule,
  namespacesOf: (host: string) => Iterable<string>,
  facts: Facts,
): Iterable<Verdict> {
  const { routes, unfinished, mesh } = facts;
  const { ask, compiled } = routes();
  const verdict = ask(call);
  yield verdict;
  const broken = verdict.destinations.some(
    ({ problem }) =>
      problem === 'no-such-cluster' || (problem === 'no-endpoints' && tellsOfEndpoints(facts)),
  );
  if (call.from.kind !== 'sidecar') {
    if (broken) for (const from of gatewaysElsewhere(call.from, mesh)) yield ask({ ...call, from });
    return;
  }
  const differing = verdict.destinations.filter(
    ({ subset, host }) => subset !== '' || !isForEveryone(host, mesh),
  );
  if (differing.length === 0) return;
  const { view } = compiled(call.from);
  const named = new Set(differing.flatMap(({ host }) => exportedTo(host, mesh)));
  const namespaces = new Set([rule.virtualService.namespace, unnamedNamespace]);
  for (const namespace of [...named, ...differing.flatMap(({ host }) => [...namespacesOf(host)])])
    if (namespaces.size < mostNamespaces) namespaces.add(namespace);
    else if (!namespaces.has(namespace)) unfinished.add(rule.virtualService);
  const asks = rule.matches.some(({ value }) => Object.keys(value.sourceLabels ?? {}).length > 0);
  const labels = asks ? call.from.labels : {};
  for (const namespace of namespaces) {
    if (namespace === call.from.namespace) continue;
    const from = { kind: 'sidecar', namespace, labels } as const;
    // Most often any client of the namespace has the same clusters, and one is known already.
    const other = compiled(clustersByLabels(mesh) ? from : { ...from, labels: {} }).view;
    // From where all is as fine as here there is nothing to tell, unless somebody exports there.
    if (
      !broken &&
      !named.has(namespace) &&
      verdict.destinations.every(({ host }) => sameClusters(view, other, host))
    )
      continue;
    yield ask({ ...call, from });
  }
}

const mostNamespaces = 30;

function isForEveryone(host: string, { servicesByHost }: Mesh): boolean {
  return (servicesByHost.get(host) ?? []).every(({ visibility }) => visibility.kind === 'public');
}

/** Where a service that is not for everyone is seen. */
function exportedTo(host: string, { servicesByHost }: Mesh): readonly string[] {
  return (servicesByHost.get(host) ?? []).flatMap(({ visibility, namespace }) =>
    visibility.kind === 'public' ? [] : [namespace, ...visibility.others],
  );
}

/** It works where the files are from; whether anybody connects from elsewhere they do not say. */
export function isOnlySupposed(
  { call: { from }, fine }: Pick<BrokenDestination, 'call' | 'fine'>,
  { mesh }: Facts,
): boolean {
  if (from.namespace !== unnamedNamespace || fine.length === 0) return false;
  const settled = new Set([...fine, mesh.rootNamespace]);
  return mesh.workloads.every(({ namespace }) => settled.has(namespace));
}

/** May clients of one namespace have different clusters, by their labels or the node that these stand on? */
const clustersByLabels = lazyFor((mesh: Mesh): boolean => {
  const selecting = [...mesh.sidecars, ...mesh.destinationRules.all.map((one) => one.resource)];
  return (
    selecting.some(({ spec }) => spec.workloadSelector !== undefined) ||
    mesh.workloads.some(({ nodeName }) => nodeName !== null)
  );
});

/** Of whose pods none is known, in the other namespaces where it may run. */
function gatewaysElsewhere(from: Viewpoint, mesh: Mesh): readonly Viewpoint[] {
  const { labels } = from;
  if (namespacesOfPods(labels, mesh).size > 0) return [];
  const namespaces = mesh.gateways
    .filter(({ spec }) => labelsMatch(spec.selector ?? {}, labels))
    .flatMap((gateway) => supposedNamespaces(gateway, mesh));
  return [...new Set(namespaces)]
    .filter((namespace) => namespace !== from.namespace)
    .map((namespace) => ({ ...from, namespace }));
}

function entryOf(rule: Rule, share: DestinationShare, facts: Facts): RouteDestination | undefined {
  const { namespace } = rule.virtualService;
  return rule.destinations.find(({ value: { destination } }) => {
    const fqdn = expandHost(destination?.host ?? '', namespace, facts.options.clusterDomain);
    const port = destination?.port?.number ?? share.port;
    return (
      fqdn === share.host && (destination?.subset ?? '') === share.subset && port === share.port
    );
  })?.value;
}

/** Does Istio's analyzer name this entry already, as an unknown host, port or subset? */
export function namedByAnalyzer(
  service: Resource<'VirtualService'>,
  { destination }: Pick<RouteDestination, 'destination'>,
  facts: Facts,
): boolean {
  const { host = '', subset = '', port } = destination ?? {};
  const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
  if (known === undefined) return true;
  if (port !== undefined && !known.ports.some(({ number }) => number === (port.number ?? 0)))
    return true;
  if (subset === '') return false;
  return !facts
    .subsets()
    .of(host, service.namespace)
    .some((defined) => defined.subset.name === subset);
}
