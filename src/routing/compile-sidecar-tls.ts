/** The tls rules that apply to a service's port, as filter chains (`core/tls.go:buildSidecarOutboundTLSFilterChainOpts`). */
import { isWildcard, wildcardAddress } from '../mesh/index.ts';
import { ownCluster, type ServicePortInput, unconditional } from './compile-sidecar-tcp.ts';
import type { FilterChain } from './listener.ts';
import type { RuleObserver } from './rule-observer.ts';
import { staticMatch } from './static-match.ts';

/**
 * wildcardBind: the listener is on the wildcard address, where names alone tell services without an address apart.
 * The subnets of one match stay for all that follow, and the first match that holds takes away the service's own chain: Istio does so.
 */
export function tlsChains(
  input: ServicePortInput & { readonly wildcardBind: boolean },
  observer: RuleObserver | null = null,
): FilterChain[] {
  const chains: FilterChain[] = [];
  const handled = new Set<string>();
  let { cidrs } = input;
  for (const virtualService of input.virtualServices) {
    for (const rule of virtualService.resource.spec.tls ?? []) {
      const route = rule.route ?? [];
      if (route.length === 0) {
        observer?.rule(virtualService, rule, 'no-route');
        continue;
      }
      let result: 'no-match' | 'duplicate-sni' | 'some' = 'no-match';
      for (const match of rule.match ?? []) {
        const held = staticMatch(match, input.context, virtualService.namespace);
        observer?.match(virtualService, match, input.context, held);
        if (!held) continue;
        const subnets = match.destinationSubnets ?? [];
        const sniHosts = match.sniHosts ?? [];
        if (subnets.length > 0) cidrs = subnets;
        const key = `${sniHosts.join(',')}|${subnets.join(',')}`;
        if (handled.has(key)) {
          if (result === 'no-match') result = 'duplicate-sni';
          continue;
        }
        handled.add(key);
        result = 'some';
        const source = { virtualService, rule, route };
        const target = { kind: 'rule', source, listenPort: input.context.port } as const;
        chains.push({ ...unconditional, cidrs, sniHosts, target });
      }
      observer?.rule(virtualService, rule, result);
    }
  }
  if (chains.length > 0) return chains;
  return [
    {
      ...unconditional,
      cidrs: input.cidrs,
      sniHosts: needsName(input) ? [input.service.host] : [],
      target: ownCluster(input),
    },
  ];
}

/** Only where the address does not say which service is meant. */
function needsName({
  service,
  cidrs,
  wildcardBind,
}: ServicePortInput & { readonly wildcardBind: boolean }): boolean {
  return (
    cidrs.length > 0 ||
    (service.address === wildcardAddress && wildcardBind) ||
    (service.resolution === 'dynamic-dns' && isWildcard(service.host))
  );
}
