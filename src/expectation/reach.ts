/** The reverse question: which connection reaches this rule, or what keeps every one away. */
import type { Mesh } from '../mesh/index.ts';
import type { Step, Verdict } from '../routing/index.ts';
import type { Ask } from './ask.ts';
import { behaviourKey } from './behaviour.ts';
import { type Rule, ruleKey, rulesOf, sameRule } from './rules-of.ts';
import type { ExpectedRule } from './test-file.ts';
import { whyUnaskable } from './unaskable.ts';
import { candidateCalls } from './witness.ts';

/**
 * reached: `call` ends at the rule. unreached: none of `tried` calls does; exhausted: there was no more to try;
 * instead: where they go, one example for each different answer, with the step that turned the rule away where the trace has one.
 * unaskable: why there was nothing to try, one sentence each.
 */
export type Reach =
  | { readonly kind: 'reached'; readonly rule: Rule; readonly verdict: Verdict }
  | {
      readonly kind: 'unreached';
      readonly rule: Rule;
      readonly tried: number;
      readonly exhausted: boolean;
      readonly instead: readonly Instead[];
      readonly unaskable: readonly string[];
    };

export type Instead = { readonly verdict: Verdict; readonly turnedAway: Step | null };

/** More candidates than this are not tried for one rule. */
const mostTried = 5_000;
/** More different answers than this say nothing more. */
const mostInstead = 3;

export function reach(rule: Rule, mesh: Mesh, ask: Ask): Reach {
  const instead = new Map<string, Verdict>();
  let tried = 0;
  for (const call of candidateCalls(rule, mesh)) {
    if (tried === mostTried) return unreached(rule, mesh, tried, false, instead);
    tried++;
    const verdict = ask(call);
    if (sameRule(verdict.rule, rule.ref)) return { kind: 'reached', rule, verdict };
    const key = behaviourKey(verdict);
    if (!instead.has(key) && instead.size < mostInstead) instead.set(key, verdict);
  }
  return unreached(rule, mesh, tried, true, instead);
}

function unreached(
  rule: Rule,
  mesh: Mesh,
  tried: number,
  exhausted: boolean,
  instead: ReadonlyMap<string, Verdict>,
): Reach {
  const examples = [...instead.values()].map((verdict) => ({
    verdict,
    turnedAway: turnedAwayAt(rule, verdict),
  }));
  const unaskable = tried === 0 ? whyUnaskable(rule, mesh) : [];
  return { kind: 'unreached', rule, tried, exhausted, instead: examples, unaskable };
}

/** The step that speaks of the rule itself, else of its VirtualService. */
function turnedAwayAt({ ref }: Rule, { outcome, steps }: Verdict): Step | null {
  const away = steps.filter(({ result }) => result === 'rejected' || result === 'shadowed');
  const refused =
    outcome === 'listener-rejected' ? away.find(({ stage }) => stage === 'listener') : undefined;
  return (
    refused ??
    away.find(({ subject }) => subject === ruleKey(ref)) ??
    away.find(({ subject }) => subject === `${ref.namespace}/${ref.name}`) ??
    null
  );
}

/** The rules that `ns/name` or `ns/name#n` means; empty where the mesh has none of that name. */
export function rulesNamed({ namespace, name, number }: ExpectedRule, mesh: Mesh): Rule[] {
  return mesh.virtualServices.all
    .filter(({ resource }) => resource.namespace === namespace && resource.name === name)
    .flatMap(({ resource }) => rulesOf(resource))
    .filter((rule) => number === null || rule.number === number);
}
