/** Where connections go, asked of routing: rules here prove what they say by a connection, and match nothing themselves. */
import { parseAddress, parsePrefix, prefixContains } from '../../address/index.ts';
import { candidateCalls, type Rule, ruleKey, rulesOf, sameRule } from '../../expectation/index.ts';
import {
  isServiceHost,
  type Mesh,
  type MeshService,
  meshGateway,
  servicesMatching,
} from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import {
  type Call,
  type Compiled,
  compile,
  isDropped,
  isForGateway,
  listenerFor,
  PlacedRule,
  type RuleRef,
  route,
  type Verdict,
  type Viewpoint,
} from '../../routing/index.ts';
import { gatewaysByName } from './gateways-by-name.ts';
import { lazy } from './lazy.ts';
import type { ReferenceJudge } from './references.ts';

/** rule: the one that took it. A whole verdict would keep the proxy that it was asked of. */
export type Attempt = { readonly call: Call; readonly rule: RuleRef | null };

/**
 * reached: by this connection. never: by none, these are the connections that fit it and where they went instead; none at all where
 * nobody could even dial. unknown: too many connections would have to be asked about, or addresses are not in the files.
 */
export type Reach =
  | { readonly kind: 'reached'; readonly attempt: Attempt }
  | { readonly kind: 'never'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'unknown' };

export type Bound = {
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly services: readonly MeshService[];
};

export type Routes = {
  /** The tcp and tls rules of every VirtualService that a cluster would hold and that is for a gateway or a service of the mesh. */
  readonly rules: readonly Rule[];
  readonly rulesOf: (service: Resource<'VirtualService'>) => readonly Rule[];
  /** Hosts as Istio completes them, and the services of the mesh that they name; empty for a VirtualService that is not in the mesh. */
  readonly boundTo: (service: Resource<'VirtualService'>) => Bound;
  readonly compiled: (viewpoint: Viewpoint) => Compiled;
  readonly ask: (call: Call) => Verdict;
  /** Has the listener that the connection arrives at a filter chain of the rule, whichever is chosen? */
  readonly hasChain: (call: Call, rule: Rule) => boolean;
  /** Has a filter chain of the rule there a prefix that it asks for? One for 0.0.0.0/0 has none. */
  readonly hasPrefix: (call: Call, rule: RuleRef) => boolean;
  readonly reach: (rule: Rule) => Reach;
  /** By connections that fit this match, whichever match of the rule takes them. */
  readonly reachOfMatch: (rule: Rule, match: number) => Reach;
};

type RuleChain = { readonly rule: RuleRef; readonly cidrs: readonly string[] };

const unbound: Bound = { hosts: [], gateways: [], services: [] };

/** Of one rule, and in all. A mesh where more would be needed has what is beyond unknown, and that is said (not-examined). */
const mostCallsForRule = 300;
const mostCalls = 60_000;
/** Most clients are asked about once; those without labels come again and again. */
const mostCompiled = 100;
/** Of one rule. */
const mostRecent = 16;

/**
 * unfinished: takes the VirtualServices of which more connections would have to be asked about.
 * atWaypoint: does a waypoint route for the service? Then no sidecar of these does, and what the waypoint does is asked apart (waypoint-rules).
 */
export function askRoutes(
  mesh: Mesh,
  judges: ReferenceJudge,
  unfinished: Set<Resource>,
  atWaypoint: (service: MeshService) => boolean = () => false,
): Routes {
  const compiledFor = new Map<string, Compiled>();
  const byService = new Map<Resource, readonly Rule[]>();
  const bound = new Map<Resource, Bound>();
  for (const { resource, hosts, gateways } of mesh.virtualServices.all) {
    const services = hosts.flatMap((host) => servicesMatching(mesh, host));
    bound.set(resource, { hosts, gateways, services: [...new Set(services)] });
  }
  const byMatch = new Map<Rule, Map<number, Reach>>();
  let calls = 0;

  // Calls come by the client.
  let last: { readonly viewpoint: Viewpoint; readonly proxy: Compiled } | null = null;
  const compiled = (viewpoint: Viewpoint): Compiled => {
    if (last?.viewpoint === viewpoint) return last.proxy;
    const key = keyOf(viewpoint);
    let proxy = compiledFor.get(key);
    if (proxy === undefined) {
      proxy = compile(mesh, viewpoint);
      if (compiledFor.size >= mostCompiled) compiledFor.clear();
      compiledFor.set(key, proxy);
    }
    last = { viewpoint, proxy };
    return proxy;
  };
  // What proves that a rule is reached is asked about once more at once, for where it goes.
  const recent = new Map<Call, Verdict>();
  const ask = (call: Call): Verdict => {
    let verdict = recent.get(call);
    if (verdict === undefined) {
      verdict = route(compiled(call.from), call);
      if (recent.size >= mostRecent) recent.clear();
      recent.set(call, verdict);
    }
    return verdict;
  };

  /** Gateways and services that are not among the files may have connections for it, on ports that nobody here knows. */
  const isForElsewhere = (rule: Rule, match: Rule['matches'][number] | null): boolean => {
    const { hosts, gateways } = bound.get(rule.virtualService) ?? unbound;
    const { namespace } = rule.virtualService;
    return gateways.some((gateway) => {
      if (match !== null && !isForGateway(match.value, gateway, namespace)) return false;
      if (gateway !== meshGateway) return !judges('gateways') && !gatewaysByName(mesh).has(gateway);
      return hosts.some(
        (host) =>
          !mesh.servicesByHost.has(host) &&
          !judges(isServiceHost(host, mesh.clusterDomain) ? 'services' : 'hosts'),
      );
    });
  };

  const unreached = (
    rule: Rule,
    match: Rule['matches'][number] | null,
    attempts: readonly Attempt[],
  ): Reach => (isForElsewhere(rule, match) ? { kind: 'unknown' } : { kind: 'never', attempts });

  const ofService = (service: Resource<'VirtualService'>): readonly Rule[] => {
    let rules = byService.get(service);
    if (rules === undefined) {
      rules = rulesOf(service);
      byService.set(service, rules);
    }
    return rules;
  };

  const bySubnets = lazy(
    () =>
      new Set(
        mesh.virtualServices.all
          .flatMap(({ resource }) => ofService(resource))
          .filter(({ matches }) => matches.some(({ value }) => hasSubnets(value)))
          .map(({ ref }) => ruleKey(ref)),
      ),
  );
  /** Another address than the one made up here might not be in the subnets of the rule that took it, but be left to one of its list. */
  const isGuess = ({ call, rule: taker }: Attempt, list: Rule['list']): boolean => {
    if (taker === null || !taker.path.startsWith(`spec.${list}[`)) return false;
    return isMadeUp(call, mesh) && bySubnets().has(ruleKey(taker));
  };

  /** Behind a rule for every address a rule has no chain: then it does not matter which address a service has. */
  const hasChain = (call: Call, { ref }: Rule): boolean =>
    ruleChains(call).some((chain) => sameRule(chain.rule, ref));
  const hasPrefix = (call: Call, ref: RuleRef): boolean =>
    ruleChains(call).some(
      ({ rule, cidrs }) => sameRule(rule, ref) && cidrs.some((cidr) => !isDropped(cidr)),
    );
  const ruleChains = (call: Call): readonly RuleChain[] => {
    const listener = listenerFor(compiled(call.from), call);
    if (listener === null) return [];
    const { chains, defaultChain } = listener;
    const last = defaultChain === null || defaultChain === 'fallthrough' ? [] : [defaultChain];
    return [...chains, ...last].flatMap(({ target, cidrs }) => {
      if (target.kind !== 'rule') return [];
      const { virtualService, rule } = target.source;
      return [{ rule: new PlacedRule(virtualService, rule), cidrs }];
    });
  };

  const search = (rule: Rule, match: Rule['matches'][number] | null): Reach => {
    if (isForNobody(bound.get(rule.virtualService) ?? unbound)) return unreached(rule, match, []);
    const subnets = (match?.value.destinationSubnets ?? []).filter((one) => !isDropped(one));
    const attempts: Attempt[] = [];
    const narrowed = match === null ? rule : { ...rule, matches: [match] };
    for (const call of candidateCalls(narrowed, mesh, 'made')) {
      if (attempts.length >= mostCallsForRule || calls >= mostCalls) {
        unfinished.add(rule.virtualService);
        return { kind: 'unknown' };
      }
      const fits =
        subnets.length === 0 || call.from.kind === 'gateway' || within(call, subnets, mesh);
      if (fits === 'unknown' && hasChain(call, rule)) return { kind: 'unknown' };
      if (!fits) continue;
      calls++;
      const attempt = { call, rule: ask(call).rule };
      if (sameRule(attempt.rule, rule.ref)) return { kind: 'reached', attempt };
      attempts.push(attempt);
    }
    const guesses = attempts.filter((attempt) => isGuess(attempt, rule.list));
    if (guesses.some(({ call }) => hasChain(call, rule))) return { kind: 'unknown' };
    // What has no chain is hidden by a rule for every address, whatever takes the one that is made up.
    const hiding = guesses.flatMap(({ call }) =>
      ruleChains(call).flatMap((chain) =>
        chain.cidrs.length === 0 ? [{ call, rule: chain.rule }] : [],
      ),
    );
    return unreached(rule, match, [...hiding, ...attempts]);
  };

  const reachOfMatch = (rule: Rule, index: number): Reach => {
    let known = byMatch.get(rule);
    if (known === undefined) {
      known = new Map();
      byMatch.set(rule, known);
    }
    let reach = known.get(index);
    if (reach === undefined) {
      reach = search(rule, rule.matches[index] ?? null);
      known.set(index, reach);
    }
    return reach;
  };

  return {
    rules: mesh.virtualServices.all.flatMap(({ resource }) => {
      const to = bound.get(resource) ?? unbound;
      // Where no service here is what it is for, none of them is outside a waypoint either: nobody here can dial it.
      const elsewhere = isForMeshAlone(to) && to.services.every(atWaypoint);
      return elsewhere ? [] : ofService(resource);
    }),
    rulesOf: ofService,
    boundTo: (service) => bound.get(service) ?? unbound,
    compiled,
    ask,
    hasChain,
    hasPrefix,
    reachOfMatch,
    reach: (rule) => {
      if (rule.matches.length === 0) return reachOfMatch(rule, -1);
      const reaches = rule.matches.map((_, i) => reachOfMatch(rule, i));
      const best =
        reaches.find(({ kind }) => kind === 'reached') ??
        reaches.find(({ kind }) => kind === 'unknown');
      if (best !== undefined) return best;
      const attempts = reaches.flatMap((reach) => (reach.kind === 'never' ? reach.attempts : []));
      return { kind: 'never', attempts };
    },
  };
}

/** No service here is what it is for, and no gateway: nobody can dial it. */
function isForNobody(bound: Bound): boolean {
  return bound.services.length === 0 && isForMeshAlone(bound);
}

function isForMeshAlone({ gateways }: Bound): boolean {
  return gateways.every((name) => name === meshGateway);
}

function hasSubnets({ destinationSubnets }: Rule['matches'][number]['value']): boolean {
  return (destinationSubnets ?? []).some((subnet) => !isDropped(subnet));
}

/** Is the dialled address none of the files: a Service's without clusterIP, or a Pod's behind a headless one? */
function isMadeUp({ to }: Call, mesh: Mesh): boolean {
  if (to.ip !== undefined) return false;
  const services = servicesMatching(mesh, to.host ?? '');
  return services.some(
    ({ standIn, resolution, selector, namespace }) =>
      standIn ||
      (resolution === 'passthrough' &&
        selector !== null &&
        mesh.workloadIndex.select(namespace, selector).some((pod) => pod.standInAddress)),
  );
}

/** Is the dialled address in one of the subnets? Unknown where the service's address is not in the files. */
function within(call: Call, subnets: readonly string[], mesh: Mesh): boolean | 'unknown' {
  const services = servicesMatching(mesh, call.to.host ?? '');
  if (call.to.ip === undefined && services.some(({ standIn }) => standIn)) return 'unknown';
  const ips = call.to.ip === undefined ? services.map(({ address }) => address) : [call.to.ip];
  return subnets.some((subnet) => {
    const prefix = parsePrefix(subnet);
    return ips.some((ip) => {
      const address = parseAddress(ip);
      return prefix !== null && address !== null && prefixContains(prefix, address);
    });
  });
}

function keyOf(viewpoint: Viewpoint): string {
  const { kind, namespace, labels } = viewpoint;
  const ip = kind === 'sidecar' ? (viewpoint.ip ?? '') : '';
  let key = `${kind} ${namespace} ${ip}`;
  // No label that Istio takes has a NUL in it.
  for (const name of Object.keys(labels).sort()) key += `\0${name}\0${labels[name]}`;
  return key;
}

/** The rules that took the connections of an unreached one, each once, in the order of the attempts. */
export function takersOf(attempts: readonly Attempt[]): RuleRef[] {
  const takers: RuleRef[] = [];
  for (const { rule } of attempts)
    if (rule !== null && !takers.some((taker) => sameRule(taker, rule))) takers.push(rule);
  return takers;
}
