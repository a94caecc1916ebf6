/** Rules that one change to the call would have brought: found by asking routing again, never by a matcher of their own. */

import type { Mesh } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import type { Ask } from './ask.ts';
import { type CallChange, changeCall, changesTowards } from './call-change.ts';
import { type Rule, sameRule } from './rules-of.ts';

/** With `change`, and nothing else changed, `rule` takes the call and the verdict is `verdict`. */
export type NearMiss = {
  readonly rule: Rule;
  readonly change: CallChange;
  readonly verdict: Verdict;
};

/** At most one near-miss a rule, in the order of the rules, and no more than `limit`. */
export function nearMisses(
  call: Call,
  verdict: Verdict,
  rules: readonly Rule[],
  ask: Ask,
  limit: number,
): NearMiss[] {
  const found: NearMiss[] = [];
  for (const rule of rules) {
    if (found.length >= limit) break;
    if (sameRule(rule.ref, verdict.rule)) continue;
    const miss = nearMiss(call, verdict, rule, ask);
    if (miss !== null) found.push(miss);
  }
  return found;
}

function nearMiss(call: Call, { outcome, rule }: Verdict, near: Rule, ask: Ask): NearMiss | null {
  for (const change of changesTowards(near, call)) {
    // Another port is another service's or server's business: that helps only who came to no rule.
    const isLost = call.from.kind === 'gateway' ? outcome === 'no-listener' : rule === null;
    if (change.kind === 'port' && !isLost) continue;
    const other = ask(changeCall(call, change));
    if (sameRule(other.rule, near.ref)) return { rule: near, change, verdict: other };
  }
  return null;
}

/** The VirtualServices that the trace speaks of, in its order. */
export function virtualServicesOnTrace(verdict: Verdict, mesh: Mesh): Resource<'VirtualService'>[] {
  const order = new Map<string, number>();
  for (const [i, { subject }] of verdict.steps.entries()) {
    const name = subject.split(' ')[0] ?? '';
    if (!order.has(name)) order.set(name, i);
  }
  return mesh.virtualServices.all
    .flatMap(({ resource, namespace, name }) => {
      const at = order.get(`${namespace}/${name}`);
      return at === undefined ? [] : [{ resource, at }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ resource }) => resource);
}
