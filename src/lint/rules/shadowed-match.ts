/** One of several matches of a rule that no connection can reach. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { listed } from '../../text/index.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import { isExportedTo } from '../facts/exported-to.ts';
import type { Facts } from '../facts/facts.ts';
import { isMisplaced } from '../facts/misplaced-rules.ts';
import { alwaysOutdone, outdone } from '../facts/outdone.ts';
import { takersOf } from '../facts/reach.ts';
import { widerMatches } from '../facts/wider-matches.ts';
import { wrongServer } from '../facts/wrong-servers.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const shadowedMatch: LintRule = {
  meta: {
    code: 'TCM1202',
    name: 'shadowed-match',
    severity: 'warning',
    summary:
      'Earlier rules, or another match of the rule, take every connection that one match could catch.',
    why: 'The rule works by its other matches; this one adds nothing.',
    help: 'Remove the match, or move the rule before the one that takes its connections.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway', 'Sidecar', 'Pod'],
  kiali: null,
  *check(given) {
    const facts = given.supposed();
    for (const rule of facts.routes().rules) {
      if (rule.matches.length < 2) continue;
      const { kind } = facts.routes().reach(rule);
      if (kind === 'never') continue;
      if (kind === 'reached')
        for (const index of rule.matches.keys()) yield* hidden(rule, index, facts);
      yield* contained(rule, facts);
    }
  },
};

function* hidden(rule: Rule, index: number, facts: Facts): Iterable<Occurrence> {
  const reach = facts.routes().reachOfMatch(rule, index);
  const match = rule.matches[index]?.value;
  if (reach.kind !== 'never' || match === undefined) return;
  const covered = reach.attempts.filter(
    ({ call: { from }, rule: taker }) =>
      taker !== null &&
      (from.kind !== 'sidecar' || isExportedTo(rule.virtualService, from.namespace, facts)),
  );
  const example = covered[0];
  if (example === undefined || repeats(rule, index, facts)) return;
  if (example.call.from.kind === 'sidecar' && isMisplaced(rule, facts, index)) return;
  if (example.call.from.kind === 'gateway' && wrongServer(rule, index, facts) !== null) return;
  const takers = takersOf(covered);
  const names = takers.map((taker) => ruleText(taker, rule.virtualService));
  const { message: reason, why } = outdone[rule.list];
  const byPlace = example.call.from.kind === 'gateway' || !alwaysOutdone(rule, covered, facts);
  yield occurrence(
    rule.virtualService,
    match,
    [],
    `no connection reaches the rule by this match: ${connectionText(example.call)} is taken by ${listed(names)}${byPlace ? '' : `, ${reason}`}`,
    {
      ...(byPlace ? {} : { why, help: 'Remove the match.' }),
      related: takers
        .slice(0, 4)
        .map((taker) => ({ message: 'this rule takes its connections', span: taker.span })),
    },
  );
}

/** Matches that add nothing to others of their rule, which send to the same. */
function* contained(rule: Rule, facts: Facts): Iterable<Occurrence> {
  for (const [index, number] of widerMatches(rule).entries()) {
    const narrow = rule.matches[index];
    const wide = number === undefined ? undefined : rule.matches[number - 1];
    if (narrow === undefined || wide === undefined) continue;
    if (facts.routes().reachOfMatch(rule, index).kind === 'never') continue;
    yield occurrence(
      rule.virtualService,
      narrow.value,
      [],
      `this match adds nothing: match ${number} of the rule holds wherever it does`,
      {
        severity: 'info',
        why: 'A rule holds where one of its matches does.',
        help: 'Remove the match, or the other one if it asks for too little.',
        related: [{ message: 'the other match', span: wide.span }],
      },
    );
  }
}

/** A match that is written word for word before is IST0131, which Istio's validation names. */
function repeats(rule: Rule, index: number, facts: Facts): boolean {
  const text = JSON.stringify(rule.matches[index]?.value);
  return facts
    .routes()
    .rulesOf(rule.virtualService)
    .some(
      (other) =>
        other.list === rule.list &&
        other.number <= rule.number &&
        other.matches.some(
          ({ value }, i) =>
            (other.number < rule.number || i < index) && JSON.stringify(value) === text,
        ),
    );
}
