/** A rule on a Gateway goes round the subsets that another VirtualService of the mesh chooses. */
import type { Resource } from '../../resource/index.ts';
import { destinationsOf } from '../facts/destinations.ts';
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

export const ingressRouteWithoutSubset: LintRule = {
  meta: {
    code: 'IST0140',
    name: 'ingress-route-without-subset',
    severity: 'warning',
    summary:
      'A route on a Gateway sends to a host whose subsets are chosen only in another VirtualService.',
    why: 'VirtualServices do not chain: what comes in through the Gateway goes to all versions of the host, whatever the other VirtualService says.',
    help: 'Repeat the subset in the route that is bound to the Gateway.',
    istio: analyzer('IST0140', 'analyzers/virtualservice/destinationhosts.go'),
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    const services = facts.objects.of('VirtualService');
    const chosen = choosersOf(services);
    for (const service of services) {
      if ((service.spec.gateways ?? []).length === 0) continue;
      for (const { protocol, entry, destination } of destinationsOf(service)) {
        if (protocol !== 'http' || entry === null || destination === undefined) continue;
        const other = chosen.get(destination.host ?? '');
        if (other === undefined || destination.subset) continue;
        yield occurrence(
          service,
          destination,
          ['host'],
          `connections through the Gateway go to every version of ${destination.host}: ${nameOf(other)} chooses a subset of it, but VirtualServices do not chain`,
          { related: [{ message: 'the subset is chosen here', span: other.span }] },
        );
      }
    }
  },
};

/** By host: a VirtualService for it that routes to a subset of it. */
function choosersOf(
  services: readonly Resource<'VirtualService'>[],
): Map<string, Resource<'VirtualService'>> {
  const chosen = new Map<string, Resource<'VirtualService'>>();
  for (const service of services)
    for (const { protocol, entry, destination } of destinationsOf(service)) {
      const { host, subset = '' } = destination ?? {};
      if (protocol !== 'http' || entry === null || subset === '' || host === undefined) continue;
      if (service.spec.hosts?.includes(host)) chosen.set(host, service);
    }
  return chosen;
}
