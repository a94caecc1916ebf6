/** SNI patterns that Istio takes and Envoy does not. */
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const sniPartialWildcard: LintRule = {
  meta: {
    code: 'TCM1207',
    name: 'sni-partial-wildcard',
    severity: 'error',
    summary: 'An SNI pattern has a `*` that is not a whole first label.',
    why: 'Istio passes the pattern, but Envoy knows only `*.` at the beginning and refuses the whole listener: all rules on it are lost.',
    help: 'Write `*.example.com`, or list the names.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { match } of service.spec.tls ?? [])
        for (const { sniHosts } of match ?? [])
          for (const [i, name] of (sniHosts ?? []).entries()) {
            // A `*` alone takes every condition on names away.
            if (sniHosts === undefined || sniHosts.includes('*') || !name.includes('*')) continue;
            if (name.startsWith('*.') && name.lastIndexOf('*') === 0) continue;
            yield occurrence(
              service,
              sniHosts,
              [i],
              `Envoy cannot match ${JSON.stringify(name)} and refuses the listener that has it`,
            );
          }
  },
};
