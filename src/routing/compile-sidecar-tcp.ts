/** The tcp rules that apply to a service's port, as filter chains (`core/tls.go:buildSidecarOutboundTCPFilterChainOpts`). */
import type { MeshService, MeshVirtualService } from '../mesh/index.ts';
import type { RouteDestination, TcpRoute } from '../resource/index.ts';
import type { ChainTarget, FilterChain } from './listener.ts';
import type { RuleObserver } from './rule-observer.ts';
import { type MatchContext, staticMatch } from './static-match.ts';

/**
 * What chains are made for. virtualServices: those whose hosts overlap with the service's, in order.
 * cidrs: the prefixes of the service, for a listener on the wildcard address that is meant for them alone.
 */
export type ServicePortInput = {
  readonly service: MeshService;
  readonly virtualServices: readonly MeshVirtualService[];
  readonly cidrs: readonly string[];
  readonly context: MatchContext;
};

export function tcpChains(
  input: ServicePortInput,
  observer: RuleObserver | null = null,
): FilterChain[] {
  const chains: FilterChain[] = [];
  let covered = false;
  for (const virtualService of input.virtualServices) {
    for (const rule of virtualService.resource.spec.tcp ?? []) {
      const route = rule.route ?? [];
      if (route.length === 0) {
        observer?.rule(virtualService, rule, 'no-route');
        continue;
      }
      const subnets = subnetsOf(rule, virtualService, input.context, observer);
      if (subnets === 'every-address') {
        chains.push(chain(input.cidrs, virtualService, rule, route, input.context.port));
        observer?.rule(virtualService, rule, 'terminal');
        return chains;
      }
      observer?.rule(virtualService, rule, subnets.length > 0 ? 'some' : 'no-match');
      if (subnets.length === 0) continue;
      chains.push(chain(subnets, virtualService, rule, route, input.context.port));
      if (sameTexts(subnets, input.cidrs)) covered = true;
    }
  }
  if (!covered) chains.push({ ...unconditional, cidrs: input.cidrs, target: ownCluster(input) });
  return chains;
}

/**
 * The destination subnets of a rule's matches that hold, together. A match without subnets makes the rule one for every
 * address, and what earlier matches collected is forgotten.
 */
function subnetsOf(
  rule: TcpRoute,
  virtualService: MeshVirtualService,
  context: MatchContext,
  observer: RuleObserver | null,
): readonly string[] | 'every-address' {
  const matches = rule.match ?? [];
  if (matches.length === 0) return 'every-address';
  const subnets: string[] = [];
  for (const match of matches) {
    const held = staticMatch(match, context, virtualService.namespace);
    observer?.match(virtualService, match, context, held);
    if (!held) continue;
    const wanted = match.destinationSubnets ?? [];
    if (wanted.length === 0) return 'every-address';
    subnets.push(...wanted);
  }
  return subnets;
}

export const unconditional = {
  cidrs: [],
  sniHosts: [],
  transport: '',
  alpn: [],
} as const satisfies Omit<FilterChain, 'target'>;

function chain(
  cidrs: readonly string[],
  virtualService: MeshVirtualService,
  rule: TcpRoute,
  route: readonly RouteDestination[],
  listenPort: number,
): FilterChain {
  const source = { virtualService, rule, route };
  return { ...unconditional, cidrs, target: { kind: 'rule', source, listenPort } };
}

/** The listener's port names the cluster, but of a service with one port it is that one. */
export function ownCluster({ service, context }: ServicePortInput): ChainTarget {
  const only = service.ports.length === 1 ? service.ports[0]?.number : undefined;
  return { kind: 'service', service, port: only ?? context.port };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const sorted = [...b].sort();
  return [...a].sort().every((text, i) => text === sorted[i]);
}
