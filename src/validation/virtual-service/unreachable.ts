/**
 * Rules and matches to which earlier ones leave nothing, as far as Istio sees it: by equality
 * (validation.go:analyzeUnreachableTCPRules and its twins). Containment is lint's.
 */
import type { Fix } from '../../diagnostic/index.ts';
import { at, type Placed, spanAt, type VirtualServiceSpec } from '../../resource/index.ts';
import { moveItem } from '../../yaml/index.ts';
import type { Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';
import { checkPrefixCover } from './http/prefix-cover.ts';
import { matchKey, type RuleField } from './match-key.ts';

type Rule = Placed & {
  readonly name?: string | undefined;
  readonly match?: (readonly Placed[] & Placed) | undefined;
};

export function checkReachability(spec: VirtualServiceSpec, report: Report): void {
  checkRules(spec.http ?? [], 'http', report);
  checkPrefixCover(spec.http ?? [], report);
  checkRules(spec.tls ?? [], 'tls', report);
  checkRules(spec.tcp ?? [], 'tcp', report);
}

function checkRules(list: readonly Rule[], field: RuleField, report: Report): void {
  if (list.length < 2 && (list[0]?.match?.length ?? 0) < 2) return;
  const firstWith = new Map<string, number>();
  let catchAll = -1;
  for (const [number, rule] of list.entries()) {
    const match = rule.match ?? [];
    if (catchAll !== -1) {
      const before = nameOf(list[catchAll], catchAll);
      unreachable(
        rule,
        nameOf(rule, number),
        `rule ${before} before it has no match, so it takes all`,
        match.length === 0 ? undefined : movedBefore(rule, list[catchAll]),
      );
    }
    if (match.length === 0) catchAll = number;
    if (catchAll !== -1) continue;
    let repeated = 0;
    for (const [j, condition] of match.entries()) {
      const key = matchKey(field, condition);
      const first = firstWith.get(key);
      if (first === undefined) {
        firstWith.set(key, number);
        continue;
      }
      repeated++;
      ineffective(rule, number, j, first);
    }
    if (repeated === match.length)
      unreachable(rule, nameOf(rule, number), 'earlier rules have all of its matches');
  }

  function unreachable(rule: Rule, name: string, reason: string, fix?: Fix | undefined): void {
    report(rules.unreachableRule, rule, [], `rule ${name} is never used: ${reason}`, { fix });
  }

  function ineffective(rule: Rule, number: number, match: number, first: number): void {
    const earlier = list[first];
    const name = nameOf(rule, number);
    const where = first === number ? 'the same rule' : `rule ${nameOf(earlier, first)}`;
    report(
      rules.ineffectiveMatch,
      rule,
      ['match', match],
      `match ${match + 1} of rule ${name} never decides: ${where} has it already`,
      earlier === undefined
        ? {}
        : { related: [{ message: 'the earlier rule', span: spanAt(earlier) }] },
    );
  }
}

function movedBefore(rule: Rule, earlier: Rule | undefined): Fix | undefined {
  const list = rule[at].parent?.node;
  const [from, to] = [rule[at].key, earlier?.[at].key];
  if (list?.kind !== 'list' || typeof from !== 'number' || typeof to !== 'number') return undefined;
  const edits = moveItem(list, from, to);
  return edits === null
    ? undefined
    : { title: `Move rule ${from + 1} before rule ${to + 1}`, edits, wakes: true };
}

/** Rules are counted from 1, as explain does; http rules may have a name. */
function nameOf(rule: Rule | undefined, number: number): string {
  const { name } = rule ?? {};
  return name === undefined || name === '' ? `${number + 1}` : JSON.stringify(name);
}
