/** Conditions on the client or the address in a rule that a gateway uses. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { candidateCalls, type Rule, sameRule } from '../../expectation/index.ts';
import { meshGateway, resolveGatewayName } from '../../mesh/index.ts';
import type { Call } from '../../routing/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
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
  const call = match === undefined ? null : throughGateway(rule, match, facts);
  if (match === undefined || call === null) return;
  const { virtualService } = rule;
  const { gateways } = facts.routes().boundTo(virtualService);
  const named = (match.value.gateways ?? []).map((name) =>
    resolveGatewayName(name, virtualService.namespace),
  );
  const meshToo =
    gateways.includes(meshGateway) && (named.length === 0 || named.includes(meshGateway));
  for (const field of conditions) {
    if (!hasCondition(match.value, field)) continue;
    yield occurrence(
      virtualService,
      match.value,
      [field],
      `gateways do not look at ${field}: ${connectionText(call)} meets this rule whoever opens it`,
      {
        help: meshToo
          ? 'Add `gateways: [mesh]` to the match, so that it is for sidecars only.'
          : 'Bind the VirtualService to `mesh` as well and add `gateways: [mesh]` to the match, or leave the condition out.',
      },
    );
  }
}

function throughGateway(rule: Rule, match: Rule['matches'][number], facts: Facts): Call | null {
  let asked = 0;
  for (const call of candidateCalls({ ...rule, matches: [match] }, facts.mesh, 'made')) {
    if (call.from.kind !== 'gateway') continue;
    if (sameRule(facts.routes().ask(call).rule, rule.ref)) return call;
    if (++asked >= 50) break;
  }
  return null;
}
