/** Looks for a connection that reaches a rule: asks routing about those that fit it until one does. */
import { parseAddress, parsePrefix, prefixContains } from '../../address/index.ts';
import { candidateCalls, type Rule, ruleKey, sameRule } from '../../expectation/index.ts';
import { isServiceHost, type Mesh, meshGateway, servicesMatching } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { type Call, isDropped, isForGateway } from '../../routing/index.ts';
import type { AskedProxies } from './asked-proxies.ts';
import { type Bound, isForNobody } from './bound.ts';
import { gatewaysByName } from './gateways-by-name.ts';
import { lazy } from './lazy.ts';
import type { Attempt, Reach } from './reach.ts';
import type { ReferenceJudge } from './references.ts';

/** Of one rule, and in all. A mesh where more would be needed has what is beyond unknown, and that is said (not-examined). */
const mostCallsForRule = 300;
const mostCalls = 60_000;

/** unfinished: takes the VirtualServices of which more connections would have to be asked about. */
export type SearchOptions = {
  readonly mesh: Mesh;
  readonly judges: ReferenceJudge;
  readonly unfinished: Set<Resource>;
  readonly proxies: AskedProxies;
  readonly boundTo: (service: Resource) => Bound;
  readonly rulesOf: (service: Resource<'VirtualService'>) => readonly Rule[];
};

type Match = Rule['matches'][number];

export class ReachSearch {
  readonly #options: SearchOptions;
  #calls = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  /** match: connections that fit it, whichever match of the rule takes them; null of a rule without any. */
  search(rule: Rule, match: Match | null): Reach {
    const { mesh, unfinished, proxies, boundTo } = this.#options;
    if (isForNobody(boundTo(rule.virtualService))) return this.#unreached(rule, match, []);
    const subnets = (match?.value.destinationSubnets ?? []).filter((one) => !isDropped(one));
    const attempts: Attempt[] = [];
    const narrowed = match === null ? rule : { ...rule, matches: [match] };
    for (const call of candidateCalls(narrowed, mesh, 'made')) {
      if (attempts.length >= mostCallsForRule || this.#calls >= mostCalls) {
        unfinished.add(rule.virtualService);
        return { kind: 'unknown' };
      }
      const fits =
        subnets.length === 0 || call.from.kind === 'gateway' || within(call, subnets, mesh);
      if (fits === 'unknown' && proxies.hasChain(call, rule)) return { kind: 'unknown' };
      if (!fits) continue;
      this.#calls++;
      const attempt = { call, rule: proxies.ask(call).rule };
      if (sameRule(attempt.rule, rule.ref)) return { kind: 'reached', attempt };
      attempts.push(attempt);
    }
    return this.#withHiding(rule, match, attempts);
  }

  #withHiding(rule: Rule, match: Match | null, attempts: readonly Attempt[]): Reach {
    const { proxies } = this.#options;
    const guesses = attempts.filter((attempt) => this.#isGuess(attempt, rule.list));
    if (guesses.some(({ call }) => proxies.hasChain(call, rule))) return { kind: 'unknown' };
    // What has no chain is hidden by a rule for every address, whatever takes the one that is made up.
    const hiding = guesses.flatMap(({ call }) =>
      proxies
        .ruleChains(call)
        .flatMap((chain) => (chain.cidrs.length === 0 ? [{ call, rule: chain.rule }] : [])),
    );
    return this.#unreached(rule, match, [...hiding, ...attempts]);
  }

  #unreached(rule: Rule, match: Match | null, attempts: readonly Attempt[]): Reach {
    return this.#isForElsewhere(rule, match) ? { kind: 'unknown' } : { kind: 'never', attempts };
  }

  /** Gateways and services that are not among the files may have connections for it, on ports that nobody here knows. */
  #isForElsewhere({ virtualService }: Rule, match: Match | null): boolean {
    const { mesh, judges, boundTo } = this.#options;
    const { hosts, gateways } = boundTo(virtualService);
    return gateways.some((gateway) => {
      if (match !== null && !isForGateway(match.value, gateway, virtualService.namespace))
        return false;
      if (gateway !== meshGateway) return !judges('gateways') && !gatewaysByName(mesh).has(gateway);
      return hosts.some(
        (host) =>
          !mesh.servicesByHost.has(host) &&
          !judges(isServiceHost(host, mesh.clusterDomain) ? 'services' : 'hosts'),
      );
    });
  }

  /** Another address than the one made up here might not be in the subnets of the rule that took it, but be left to one of its list. */
  #isGuess({ call, rule: taker }: Attempt, list: Rule['list']): boolean {
    if (taker === null || !taker.path.startsWith(`spec.${list}[`)) return false;
    return isMadeUp(call, this.#options.mesh) && this.#bySubnets().has(ruleKey(taker));
  }

  readonly #bySubnets = lazy(() => {
    const { mesh, rulesOf } = this.#options;
    const rules = mesh.virtualServices.all.flatMap(({ resource }) => rulesOf(resource));
    const choosing = rules.filter(({ matches }) => matches.some(({ value }) => hasSubnets(value)));
    return new Set(choosing.map(({ ref }) => ruleKey(ref)));
  });
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
