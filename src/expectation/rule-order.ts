/** Rules that stand in each other's way, and what would happen if one were moved or taken away: verified by asking again. */
import type { Call, Verdict } from '../routing/index.ts';
import { askEdited, type ConfigMiss, type Ingredients, placed } from './edit.ts';
import { type Rule, ruleKey, sameRule } from './rules-of.ts';

/** No more meshes than this are made for one answer. */
const mostTried = 4;

/** Rules that an earlier one hides and that would take the call if they stood first. Only rules with conditions: that a rule for everything comes last is meant so. */
export function orderMisses(
  call: Call,
  verdict: Verdict,
  rules: readonly Rule[],
  ingredients: Ingredients,
): ConfigMiss[] {
  const { rule: taken } = verdict;
  if (taken === null) return [];
  const shadowed = new Set(
    verdict.steps
      .filter(({ stage, result }) => stage === 'rule' && result === 'shadowed')
      .map(({ subject }) => subject),
  );
  return rules
    .filter((rule) => rule.matches.length > 0 && shadowed.has(ruleKey(rule.ref)))
    .filter(({ ref }) => ref.namespace === taken.namespace && ref.name === taken.name)
    .slice(0, mostTried)
    .flatMap((rule): ConfigMiss[] => {
      const what = `put rule ${rule.number} before the rule that takes every address`;
      const object = rule.virtualService;
      const change = { kind: 'config', what, object, span: rule.ref.span } as const;
      const other = askEdited(call, { change, edited: reordered(rule, 'first') }, ingredients);
      return sameRule(other.rule, rule.ref) ? [{ change, verdict: other }] : [];
    });
}

/** Of the rules whose filter chains Envoy cannot tell apart, the first that the listener would work without. */
export function refusalMisses(
  call: Call,
  verdict: Verdict,
  rules: readonly Rule[],
  ingredients: Ingredients,
): ConfigMiss[] {
  if (verdict.outcome !== 'listener-rejected') return [];
  const last = rules.slice(-mostTried).reverse();
  for (const rule of last) {
    const what = `give rule ${rule.number} other destinationSubnets, or take it away`;
    const object = rule.virtualService;
    const change = { kind: 'config', what, object, span: rule.ref.span } as const;
    const other = askEdited(call, { change, edited: reordered(rule, 'out') }, ingredients);
    if (other.outcome !== 'listener-rejected') return [{ change, verdict: other }];
  }
  return [];
}

/** The VirtualService with the rule before all others, or without it. */
function reordered(
  { virtualService, list, number }: Rule,
  where: 'first' | 'out',
): Rule['virtualService'] {
  const { spec } = virtualService;
  const { tcp } = spec;
  const moved = tcp?.[number - 1];
  if (list !== 'tcp' || tcp === undefined || moved === undefined) return virtualService;
  const others = tcp.filter((_, i) => i !== number - 1);
  const rules = placed(where === 'first' ? [moved, ...others] : others, tcp);
  return { ...virtualService, spec: { ...spec, tcp: rules } };
}
