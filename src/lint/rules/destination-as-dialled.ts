/** A destination whose cluster sends every connection to where it was going anyway. */
import type { Rule } from '../../expectation/index.ts';
import { servicesMatching } from '../../mesh/index.ts';
import type { RouteDestination } from '../../resource/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const destinationAsDialled: LintRule = {
  meta: {
    code: 'TCM1314',
    name: 'destination-as-dialled',
    severity: 'warning',
    summary: 'A route sends to a service that has no address of its own, from one that has.',
    why: 'The cluster of a headless Service, and of a ServiceEntry with resolution NONE, sends a TCP connection to the address that the client dialled (ORIGINAL_DST). That is the address of the service that the rule is for, so the destination has no effect.',
    help: 'Send to a Service with a clusterIP, which may select the same Pods.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules)
      for (const { value: entry } of rule.destinations) {
        const host = hostWithoutAddress(entry, rule, facts);
        const call = host === null ? null : connectionTo(host, rule, facts);
        if (host === null || call === null) continue;
        yield occurrence(
          rule.virtualService,
          entry.destination ?? entry,
          ['host'],
          `${connectionText(call)} goes to the address that was dialled, not to ${host}`,
        );
      }
  },
};

function hostWithoutAddress(
  { destination }: RouteDestination,
  { virtualService }: Rule,
  facts: Facts,
): string | null {
  const written = destination?.host ?? '';
  const host = expandHost(written, virtualService.namespace, facts.options.clusterDomain);
  return isWithoutAddress(host, facts) ? host : null;
}

function isWithoutAddress(host: string, { mesh }: Facts): boolean {
  const [service] = servicesMatching(mesh, host);
  return service?.resolution === 'passthrough';
}

/** A connection for another service that the rule sends there, where routing says that this is where it was dialled. */
function connectionTo(host: string, rule: Rule, facts: Facts) {
  const { reach, ask } = facts.routes();
  const reached = reach(rule);
  if (reached.kind !== 'reached') return null;
  const { call } = reached.attempt;
  if (call.from.kind !== 'sidecar' || call.to.host === undefined) return null;
  // Who dials a service without an address of its own is let through to where it is going, by a rule or not.
  if (isWithoutAddress(call.to.host, facts)) return null;
  const { destinations, steps } = ask(call);
  const clusters = destinations.flatMap((share) => (share.host === host ? [share.cluster] : []));
  const asDialled = steps.some(
    ({ reason, subject }) => reason === 'original-dst' && clusters.includes(subject),
  );
  return asDialled ? call : null;
}
