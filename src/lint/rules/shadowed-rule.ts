/** A rule that no connection can reach, whoever opens it. */

import type { Fix, Occurrence } from '../../diagnostic/index.ts';
import { type Rule, sameRule } from '../../expectation/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { RuleRef } from '../../routing/index.ts';
import { listed } from '../../text/index.ts';
import { meshBoundInAmbient } from '../facts/ambient.ts';
import { boundGateways } from '../facts/bound-gateways.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import { rivalsIn } from '../facts/contested.ts';
import { isExportedTo } from '../facts/exported-to.ts';
import type { Facts } from '../facts/facts.ts';
import { isUsedOn } from '../facts/gateway-views.ts';
import { isMisplaced } from '../facts/misplaced-rules.ts';
import { alwaysOutdone, outdone } from '../facts/outdone.ts';
import { plainlyCovered } from '../facts/plain-cover.ts';
import { takersOf } from '../facts/reach.ts';
import { reachesByAge } from '../facts/reaches-by-age.ts';
import { placeOf } from '../facts/rule-place.ts';
import { hiddenAtWaypoint } from '../facts/waypoint-rules.ts';
import { isForWrongServers } from '../facts/wrong-servers.ts';
import { moveTo, waking } from '../mend.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const shadowedRule: LintRule = {
  meta: {
    code: 'TCM1201',
    name: 'shadowed-rule',
    severity: 'warning',
    summary: 'Earlier rules take every connection that a rule could match.',
    why: 'A rule without destinationSubnets that matches a client hides everything behind it, in later VirtualServices for the same host too; on a gateway, which does not look at subnets, a rule with them does so as well. What is hidden does nothing.',
    help: 'Put the narrower rule first, or make the earlier one narrower.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway', 'Sidecar', 'Pod'],
  kiali: null,
  *check(given) {
    yield* atWaypoints(given);
    const facts = given.supposed();
    const { rules } = facts.routes();
    // What hides a rule is another one.
    if (rules.length < 2) return;
    for (const rule of rules) yield* hidden(rule, facts);
  },
};

/** A waypoint has one rule for each port of a service. */
function* atWaypoints(facts: Facts): Iterable<Occurrence> {
  if (facts.options.ambientProfile !== 'istio') return;
  for (const virtualService of meshBoundInAmbient(facts))
    for (const rule of facts.routes().rulesOf(virtualService)) {
      const hidden = hiddenAtWaypoint(rule, facts);
      if (hidden === null) continue;
      const { service, port, taker } = hidden;
      const message = `the waypoint never uses this rule: connections to ${service.host}:${port} are taken by ${ruleText(taker, virtualService)}`;
      yield occurrence(virtualService, placeOf(rule), [], message, {
        why: 'A waypoint chooses one rule for each port of a service: the first tls rule that holds, else the first tcp rule. Of a match it looks at port and gateways; with sourceLabels or sourceNamespace none holds, and destinationSubnets are passed over.',
        help: 'Give each rule a port of its own, or remove this one.',
        related: [{ message: 'this rule takes its connections', span: taker.span }],
      });
    }
}

function* hidden(rule: Rule, facts: Facts): Iterable<Occurrence> {
  const reach = facts.routes().reach(rule);
  if (reach.kind !== 'never') return;
  const covered = reach.attempts.filter(
    ({ call: { from }, rule: taker }) =>
      taker !== null &&
      (from.kind === 'sidecar'
        ? isExportedTo(rule.virtualService, from.namespace, facts)
        : usedOnGateway(rule.virtualService, facts)),
  );
  const example = covered[0];
  if (example === undefined) return;
  const takers = takersOf(covered);
  if (takers.some((taker) => sameRule(taker, rule.ref)) || plainlyCovered(rule, takers, facts))
    return;
  // Where a host is only another name, that is the reason (host-without-service).
  const { services } = facts.routes().boundTo(rule.virtualService);
  if (example.call.from.kind === 'sidecar' && services.every((one) => one.externalName !== null))
    return;
  // Where it stands in the wrong list, that is the reason.
  if (example.call.from.kind === 'sidecar' && isMisplaced(rule, facts)) return;
  const { virtualService } = rule;
  if (example.call.from.kind === 'gateway' && isForWrongServers(rule, facts)) return;
  if (takers.some((taker) => !isOf(taker, rule)) && decidedByAge(rule, facts)) return;
  const names = takers.map((taker) => ruleText(taker, virtualService));
  const others = takers.filter((taker) => !isOf(taker, rule));
  const onGateway = example.call.from.kind === 'gateway';
  const related = takers
    .slice(0, 4)
    .map((taker) => ({ message: 'this rule takes its connections', span: taker.span }));
  const message = `no connection reaches this rule: ${connectionText(example.call)} is taken by ${listed(names.slice(0, 1))}${names.length > 1 ? `, others by ${listed(names.slice(1))}` : ''}`;
  if (!onGateway && takers.every((taker) => isForOthers(taker, rule, facts))) {
    yield occurrence(virtualService, placeOf(rule), [], message, { ...sharedListener, related });
    return;
  }
  if (!onGateway && alwaysOutdone(rule, covered, facts)) {
    const { message: reason, ...more } = outdone[rule.list];
    yield occurrence(virtualService, placeOf(rule), [], `${message}, ${reason}`, {
      ...more,
      related,
    });
    return;
  }
  yield occurrence(virtualService, placeOf(rule), [], message, {
    ...(onGateway && rule.list === 'tls' ? { why: whyTlsOnGateway } : {}),
    help: onGateway
      ? helpOnGateway[rule.list]
      : others.length === 0
        ? 'Move this rule before the one that takes its connections, or make that one narrower.'
        : `Put the rules of the host into one VirtualService, in the order that is meant; now ${comingFirst(others)}.`,
    related,
    fix: others.length === 0 && !onGateway ? movedUp(rule, takers) : undefined,
  });
}

/** Is it of a VirtualService for other services than the rule's? They share a listener then, which is on no address of theirs. */
function isForOthers({ namespace, name }: RuleRef, rule: Rule, facts: Facts): boolean {
  const { boundTo } = facts.routes();
  const other = facts.objects.find('VirtualService', namespace, name);
  if (other === undefined) return false;
  const own = boundTo(rule.virtualService).services;
  return boundTo(other).services.every((service) => !own.includes(service));
}

const sharedListener = {
  why: 'Services without an address share one listener for their port. It cannot tell which of them was dialled, so the first rule for any of them takes all.',
  help: 'Give the ServiceEntry an address of its own (`addresses`), or let DNS give each one (ISTIO_META_DNS_CAPTURE).',
};

const whyTlsOnGateway =
  'On a port of a gateway, a tls match that has a server name of an earlier one, in an older VirtualService or another Gateway too, is left out as a whole.';
const helpOnGateway = {
  tcp: 'Of a match, a gateway looks at port and gateways only: give each rule a port of its own, the rule that names no port last.',
  tls: 'Give the rule server names that no earlier one on the port has, or remove it.',
} as const;

function comingFirst(others: readonly RuleRef[]): string {
  const names = [...new Set(others.map(({ namespace, name }) => `${namespace}/${name}`))];
  return names.length === 1
    ? `${names[0]} comes first, for its age, its name or its exportTo`
    : `${listed(names)} come first, for their age, their names or their exportTo`;
}

/** Where a gateway uses none of the rules, that is a finding of its own (virtual-service-unused-on-gateway). */
function usedOnGateway(service: Resource<'VirtualService'>, facts: Facts): boolean {
  return boundGateways(service, null, facts).found.some((one) => isUsedOn(one, service, facts));
}

/** The rule before the first of those that take its connections, all being of one list. */
function movedUp({ ref, virtualService }: Rule, takers: readonly RuleRef[]): Fix | undefined {
  const own = indexOf(ref);
  const first = Math.min(...takers.map((taker) => indexOf(taker)?.index ?? -1));
  const oneList = takers.every((taker) => indexOf(taker)?.list === own?.list);
  const rules = own === null ? undefined : virtualService.spec[own.list];
  if (own === null || rules === undefined || !oneList || first < 0 || first >= own.index)
    return undefined;
  const title = `Move rule ${own.index + 1} before rule ${first + 1}`;
  return waking(moveTo(rules, own.index, first, title));
}

/** `spec.tcp[1]` */
function indexOf({ path }: RuleRef): { list: 'tcp' | 'tls'; index: number } | null {
  const match = /^spec\.(tcp|tls)\[(\d+)\]$/.exec(path);
  const [, list, index] = match ?? [];
  return list === 'tcp' || list === 'tls' ? { list, index: Number(index) } : null;
}

/** Another order of age would let connections through: that is a finding of its own. */
function decidedByAge(rule: Rule, facts: Facts): boolean {
  return (
    rivalsIn(facts).has(rule.virtualService) &&
    [...reachesByAge(rule, facts)].some(({ kind }) => kind === 'reached')
  );
}

function isOf(taker: RuleRef, { virtualService }: Rule): boolean {
  return taker.namespace === virtualService.namespace && taker.name === virtualService.name;
}
