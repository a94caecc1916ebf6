/** Every rule that a finding of tcpmesh can come from. */
import { type RuleMeta, suppressionRules } from '../diagnostic/index.ts';
import { lintRules } from '../lint/index.ts';
import { validationRules } from '../validation/index.ts';

export function allRules(): readonly RuleMeta[] {
  return [...validationRules, ...lintRules.map(({ meta }) => meta), ...suppressionRules];
}

let byName: ReadonlyMap<string, RuleMeta> | undefined;

/** Names are unique; a code of Istio's may stand for several rules. */
export function ruleNamed(name: string): RuleMeta | undefined {
  byName ??= new Map(allRules().map((rule) => [rule.name, rule]));
  return byName.get(name);
}
