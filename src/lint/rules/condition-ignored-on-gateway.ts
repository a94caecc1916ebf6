/** Conditions on the client or the address in a rule that a gateway uses. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { candidateCalls, type Rule, sameRule } from '../../expectation/index.ts';
import { meshGateway } from '../../mesh/index.ts';
import { type Call, isForGateway } from '../../routing/index.ts';
import { listed } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { namespacesOfPods } from '../facts/gateway-views.ts';
import { gatewaysByName } from '../facts/gateways-by-name.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

const conditions = ['sourceLabels', 'sourceNamespace', 'destinationSubnets'] as const;

export const conditionIgnoredOnGateway: LintRule = {
  meta: {
    code: 'TCM1101',
    name: 'condition-ignored-on-gateway',
    severity: 'warning',
    summary: 'A rule that a gateway uses has a condition that gateways do not look at.',
    why: 'Of a match, a gateway looks at port and gateways only. sourceLabels, sourceNamespace and destinationSubnets are passed over: the rule holds for everybody who connects there, not for nobody.',
    help: 'Say the condition in a rule for sidecars (gateways: [mesh]), or leave it out.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Gateway', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules) {
      const { gateways } = facts.routes().boundTo(rule.virtualService);
      if (gateways.every((name) => name === meshGateway)) continue;
      for (const [i, { value }] of rule.matches.entries())
        if (conditions.some((field) => hasCondition(value, field))) yield* ignored(rule, i, facts);
    }
  },
};

type Match = Rule['matches'][number]['value'];

function hasCondition(match: Match, field: (typeof conditions)[number]): boolean {
  const value = match[field];
  if (value === undefined || value === '') return false;
  return typeof value === 'string' || Object.keys(value).length > 0;
}

function* ignored(rule: Rule, index: number, facts: Facts): Iterable<Occurrence> {
  const match = rule.matches[index];
  if (match === undefined) return;
  const call = throughGateway(rule, match, facts);
  const elsewhere = call === null ? gatewaysElsewhere(rule, match, facts) : [];
  if (call === null && elsewhere.length === 0) return;
  const { virtualService } = rule;
  const meshToo = isFor(meshGateway, rule, match, facts);
  for (const field of conditions) {
    if (!hasCondition(match.value, field)) continue;
    const proof =
      call === null
        ? `on ${listed(elsewhere)} this match holds for every connection`
        : `${connectionText(call)} meets this rule whoever opens it`;
    yield occurrence(
      virtualService,
      match.value,
      [field],
      `gateways do not look at ${field}: ${proof}`,
      {
        help: helpFor(rule, meshToo, facts),
      },
    );
  }
}

function helpFor({ virtualService }: Rule, meshToo: boolean, facts: Facts): string {
  if (meshToo) return 'Add `gateways: [mesh]` to the match, so that it is for sidecars only.';
  return facts.routes().boundTo(virtualService).hosts.includes('*')
    ? 'Leave the condition out. For sidecars, write a VirtualService for the host of the service.'
    : 'Bind the VirtualService to `mesh` as well and add `gateways: [mesh]` to the match, or leave the condition out.';
}

function isFor(gateway: string, rule: Rule, { value }: Rule['matches'][number], facts: Facts) {
  const { virtualService } = rule;
  return (
    facts.routes().boundTo(virtualService).gateways.includes(gateway) &&
    isForGateway(value, gateway, virtualService.namespace)
  );
}

/** Gateways that the match is for and the files do not have: whatever their servers are, none of them looks at more than the port. */
function gatewaysElsewhere(rule: Rule, match: Rule['matches'][number], facts: Facts): string[] {
  if (facts.judges('gateways')) return [];
  const known = gatewaysByName(facts.mesh);
  return facts
    .routes()
    .boundTo(rule.virtualService)
    .gateways.filter(
      (name) => name !== meshGateway && !known.has(name) && isFor(name, rule, match, facts),
    )
    .map((name) => `Gateway ${name}`);
}

/** Where the files have Pods for a gateway, it runs in their namespaces and no other. */
function isThere({ namespace, labels }: Call['from'], { mesh }: Facts): boolean {
  const namespaces = namespacesOfPods(labels, mesh);
  return namespaces.size === 0 || namespaces.has(namespace);
}

function throughGateway(rule: Rule, match: Rule['matches'][number], facts: Facts): Call | null {
  let asked = 0;
  for (const call of candidateCalls({ ...rule, matches: [match] }, facts.mesh, 'made')) {
    if (call.from.kind !== 'gateway' || !isThere(call.from, facts)) continue;
    if (sameRule(facts.routes().ask(call).rule, rule.ref)) return call;
    if (++asked >= 50) break;
  }
  return null;
}
