/** The tls rules that apply to a service's port, as filter chains (`core/tls.go:buildSidecarOutboundTLSFilterChainOpts`). */
import { isWildcard, type MeshVirtualService, wildcardAddress } from '../mesh/index.ts';
import type { TlsRoute } from '../resource/index.ts';
import { ownCluster, type ServicePortInput, unconditional } from './compile-sidecar-tcp.ts';
import type { FilterChain } from './listener.ts';
import type { RuleObserver, RuleResult } from './rule-observer.ts';
import { type MatchContext, staticMatch } from './static-match.ts';

/**
 * wildcardBind: the listener is on the wildcard address, where names alone tell services without an address apart.
 * The subnets of one match stay for all that follow, and the first match that holds takes away the service's own chain: Istio does so.
 */
export function tlsChains(
  input: ServicePortInput & { readonly wildcardBind: boolean },
  observer: RuleObserver | null = null,
): FilterChain[] {
  const walk: Walk = { chains: [], handled: new Set<string>(), cidrs: input.cidrs };
  for (const virtualService of input.virtualServices) {
    for (const rule of virtualService.resource.spec.tls ?? []) {
      const result = addRule(walk, input, virtualService, rule, observer);
      observer?.rule(virtualService, rule, result);
    }
  }
  const { chains } = walk;
  if (chains.length > 0) return chains;
  return [
    {
      ...unconditional,
      cidrs: input.cidrs,
      sniHosts: needsName(input) ? namesOf(input) : [],
      target: ownCluster(input),
    },
  ];
}

/** What grows while the rules are gone through. cidrs: of the last match that had any. */
type Walk = {
  readonly chains: FilterChain[];
  readonly handled: Set<string>;
  cidrs: readonly string[];
};

function addRule(
  walk: Walk,
  { context }: ServicePortInput,
  virtualService: MeshVirtualService,
  rule: TlsRoute,
  observer: RuleObserver | null,
): RuleResult {
  const route = rule.route ?? [];
  if (route.length === 0) return 'no-route';
  let result: RuleResult = 'no-match';
  for (const match of rule.match ?? []) {
    const held = staticMatch(match, context, virtualService.namespace);
    observer?.match(virtualService, match, context, held);
    if (!held) continue;
    const subnets = match.destinationSubnets ?? [];
    const sniHosts = match.sniHosts ?? [];
    if (subnets.length > 0) walk.cidrs = subnets;
    const key = `${sniHosts.join(',')}|${subnets.join(',')}`;
    if (walk.handled.has(key)) {
      if (result === 'no-match') result = 'duplicate-sni';
      continue;
    }
    walk.handled.add(key);
    result = 'some';
    const source = { virtualService, rule, route };
    const target = { kind: 'rule', source, listenPort: context.port } as const;
    walk.chains.push({ ...unconditional, cidrs: walk.cidrs, sniHosts, target });
  }
  return result;
}

/** Its host, and every way in which a client may write an ExternalName Service that stands for it (`httproute.go:GenerateAltVirtualHosts`). */
function namesOf({ service, context }: ServicePortInput): readonly string[] {
  return [service.host, ...service.aliases.flatMap((alias) => spellingsOf(alias, context))];
}

function spellingsOf(alias: string, { namespace }: MatchContext): readonly string[] {
  const place = alias.slice(0, alias.indexOf('.svc.'));
  const [name = '', home] = place.split('.');
  const near = home === namespace ? [name] : [];
  return [alias, `${alias}.`, ...near, `${place}.svc`, place];
}

/** Only where the address does not say which service is meant: never where it is a prefix, even if an egress entry binds elsewhere. */
function needsName({
  service,
  cidrs,
  wildcardBind,
}: ServicePortInput & { readonly wildcardBind: boolean }): boolean {
  return (
    cidrs.length > 0 ||
    service.address.includes('/') ||
    (service.address === wildcardAddress && wildcardBind) ||
    (service.resolution === 'dynamic-dns' && isWildcard(service.host))
  );
}
