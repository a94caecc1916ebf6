/** Rules that an earlier one hides, and that would take the call if they stood first: verified by asking again. */
import { buildMesh } from '../mesh/index.ts';
import { at } from '../resource/index.ts';
import { type Call, compile, route, type Verdict } from '../routing/index.ts';
import type { ConfigMiss, Ingredients } from './config-change.ts';
import { type Rule, ruleKey, sameRule } from './rules-of.ts';

/** No more meshes than this are made for one answer. */
const mostTried = 4;

/** Only rules with conditions: that a rule for everything comes last is meant so. */
export function orderMisses(
  call: Call,
  verdict: Verdict,
  rules: readonly Rule[],
  { resources, options }: Ingredients,
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
      const { virtualService } = rule;
      const edited = firstOfAll(rule);
      const replaced = resources.map((r) => (r === virtualService ? edited : r));
      const other = route(compile(buildMesh(replaced, options), call.from), call);
      if (!sameRule(other.rule, rule.ref)) return [];
      const what = `put rule ${rule.number} before the rule that takes every address`;
      const change = { kind: 'config', what, span: rule.ref.span } as const;
      return [{ virtualService, change, verdict: other }];
    });
}

function firstOfAll({ virtualService, list, number }: Rule): Rule['virtualService'] {
  const { spec } = virtualService;
  const { tcp } = spec;
  if (list !== 'tcp' || tcp === undefined) return virtualService;
  const moved = tcp[number - 1];
  if (moved === undefined) return virtualService;
  const others = tcp.filter((_, i) => i !== number - 1);
  const reordered = Object.assign([moved, ...others], { [at]: tcp[at] });
  return { ...virtualService, spec: { ...spec, tcp: reordered } };
}
