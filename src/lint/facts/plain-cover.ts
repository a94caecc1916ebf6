/** Covering that Istio's own validation names already (IST0130): an earlier rule without match, or with the same matches. */
import { type Rule, sameRule } from '../../expectation/index.ts';
import type { RuleRef } from '../../routing/index.ts';
import type { Facts } from './facts.ts';

export function plainlyCovered(rule: Rule, takers: readonly RuleRef[], facts: Facts): boolean {
  const siblings = facts
    .routes()
    .rulesOf(rule.virtualService)
    .filter((other) => other.list === rule.list && other.number < rule.number);
  const own = takers.every((taker) => siblings.some((other) => sameRule(other.ref, taker)));
  if (!own) return false;
  if (siblings.some((other) => other.matches.length === 0)) return true;
  const known = new Set(
    siblings.flatMap((other) => other.matches.map(({ value }) => JSON.stringify(value))),
  );
  return (
    rule.matches.length > 0 && rule.matches.every(({ value }) => known.has(JSON.stringify(value)))
  );
}
