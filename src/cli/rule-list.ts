/** Every rule that a finding of tcpmesh can come from. */
import { type RuleMeta, suppressionRules } from '../diagnostic/index.ts';
import { testFileRule } from '../expectation/index.ts';
import { lintRules } from '../lint/index.ts';
import { validationRules } from '../validation/index.ts';

export function allRules(): readonly RuleMeta[] {
  const overMeshes = lintRules.map(({ meta }) => meta);
  return [...validationRules, ...overMeshes, ...suppressionRules, testFileRule];
}

let byName: ReadonlyMap<string, RuleMeta> | undefined;

/** Names are unique; a code of Istio's may stand for several rules. */
export function ruleNamed(name: string): RuleMeta | undefined {
  byName ??= new Map(allRules().map((rule) => [rule.name, rule]));
  return byName.get(name);
}
