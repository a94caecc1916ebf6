/** destinationSubnets that can never hold the address that clients dial. */

import { parseAddress, parsePrefix, prefixContains } from '../../address/index.ts';
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { type MeshService, meshGateway } from '../../mesh/index.ts';
import { isDropped } from '../../routing/index.ts';
import { agree, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const subnetNeverDialled: LintRule = {
  meta: {
    code: 'TCM1205',
    name: 'subnet-never-dialled',
    severity: 'warning',
    summary: 'A destination subnet does not hold the address of the service that the rule is for.',
    why: 'The subnet is compared with the address that the client dials, which is the address of the Service, and never with those of the pods behind it. A rule whose subnet lies elsewhere is never used.',
    help: 'Name a subnet that holds the clusterIP, or leave the condition out.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules) {
      const { hosts, gateways, services } = facts.routes().boundTo(rule.virtualService);
      if (!gateways.includes(meshGateway) || hosts.some((host) => host.startsWith('*'))) continue;
      if (services.length === 0 || services.some(({ address }) => isOpen(address))) continue;
      if (services.some(({ resolution }) => resolution === 'passthrough')) continue;
      for (const { value } of rule.matches)
        for (const index of (value.destinationSubnets ?? []).keys())
          yield* neverDialled(rule, value, index, services, facts);
    }
  },
};

/** A listener for more than one address, within which subnets do decide. */
function isOpen(address: string): boolean {
  return address.includes('/') || address === '0.0.0.0';
}

function* neverDialled(
  rule: Rule,
  match: Rule['matches'][number]['value'],
  index: number,
  services: readonly MeshService[],
  facts: Facts,
): Iterable<Occurrence> {
  const subnets = match.destinationSubnets;
  const subnet = subnets?.[index];
  const prefix = subnet === undefined ? null : parsePrefix(subnet);
  if (subnets === undefined || subnet === undefined || prefix === null) return;
  // What is dropped holds every address.
  if (isDropped(subnet)) return;
  const addresses = [
    ...new Set(services.flatMap(({ address, extraAddresses }) => [address, ...extraAddresses])),
  ];
  const host = services[0]?.host ?? '';
  if (services.some(({ standIn }) => standIn)) {
    // Whatever the address: that is a finding of its own (shadowed-rule).
    if (facts.routes().reach(rule).kind === 'never') return;
    const message = `whether this rule is ever used depends on ${services[0]?.resource.kind === 'ServiceEntry' ? 'the address that Istiod gives' : 'the clusterIP of'} ${host}, which the files do not have: it must lie in ${subnet}, wherever the pods are`;
    yield occurrence(rule.virtualService, subnets, [index], message, {
      severity: 'info',
      help: 'Compare with `kubectl get service`; the cluster has one range for all clusterIPs.',
    });
    return;
  }
  const inside = addresses.some((ip) => {
    const address = parseAddress(ip);
    return address !== null && prefixContains(prefix, address);
  });
  if (inside) return;
  yield occurrence(
    rule.virtualService,
    subnets,
    [index],
    `clients of ${host} dial ${listed(addresses)}, which ${agree(addresses.length, 'is', 'are')} not in ${subnet}: a connection to it never meets this condition`,
    {
      related: services.slice(0, 2).map(({ resource }) => ({
        message: 'the address is that of this service',
        span: nameSpan(resource),
      })),
    },
  );
}
