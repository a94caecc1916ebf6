/** tcp rules for one name that take what is dialled by any name of a wildcard ServiceEntry. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { type Rule, sameRule, serverNameFor } from '../../expectation/index.ts';
import { hasWildcards, isWildcard, wildcardsCovering } from '../../mesh/index.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const oneOfWildcard: LintRule = {
  meta: {
    code: 'TCM1210',
    name: 'one-of-wildcard',
    severity: 'warning',
    summary:
      'Rules for tcp of one name take the connections to every name that a wildcard host covers.',
    why: 'A VirtualService for one name is for the wildcard service too that covers it. TCP carries no name, so its rules take whatever is dialled there.',
    help: 'Give the name a ServiceEntry of its own, with an address of its own; with TLS, declare the port so and write tls rules with sniHosts.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    if (!hasWildcards(facts.mesh)) return;
    const told = new Set<string>();
    for (const rule of facts.routes().rules)
      if (rule.list === 'tcp') yield* taking(rule, told, facts);
  },
};

/** told: names of VirtualServices of which it was said, each with its host. */
function* taking(rule: Rule, told: Set<string>, facts: Facts): Iterable<Occurrence> {
  const { virtualService } = rule;
  const { hosts } = virtualService.spec;
  const reach = facts.routes().reach(rule);
  if (hosts === undefined || reach.kind !== 'reached') return;
  const { call } = reach.attempt;
  if (call.from.kind === 'gateway' || call.to.ip !== undefined) return;
  for (const [i, host] of hosts.entries()) {
    const name = expandHost(host, virtualService.namespace, facts.options.clusterDomain);
    const key = `${virtualService.namespace}/${virtualService.name} ${name}`;
    const [wide] = wildcardsCovering(facts.mesh, name);
    if (isWildcard(name) || wide === undefined || told.has(key)) continue;
    const other = { ...call, to: { ...call.to, host: serverNameFor(wide) ?? wide } };
    if (!sameRule(facts.routes().ask(other).rule, rule.ref)) continue;
    told.add(key);
    const [entry] = facts.mesh.servicesByHost.get(wide) ?? [];
    yield occurrence(
      virtualService,
      hosts,
      [i],
      `these rules take every name of ${wide}, not ${name} alone: ${connectionText(other)} is taken by ${ruleText(rule.ref, virtualService)}`,
      {
        related:
          entry === undefined
            ? []
            : [{ message: `${wide} is defined here`, span: nameSpan(entry.resource) }],
      },
    );
  }
}
