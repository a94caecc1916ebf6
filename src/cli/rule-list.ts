/** Every rule that a finding of tcpmesh can come from. */
import { type RuleMeta, suppressionRules } from '../diagnostic/index.ts';
import { lintRules } from '../lint/index.ts';
import { validationRules } from '../validation/index.ts';

export function allRules(): readonly RuleMeta[] {
  return [...validationRules, ...lintRules.map(({ meta }) => meta), ...suppressionRules];
}

/** Rules by name, which is unique; a code of Istio's may stand for several. */
export function rulesByName(): ReadonlyMap<string, RuleMeta> {
  return new Map(allRules().map((rule) => [rule.name, rule]));
}
