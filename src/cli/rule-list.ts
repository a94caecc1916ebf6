/** Every rule that a finding of tcpmesh can come from. */
import { type RuleMeta, suppressionRules } from '../diagnostic/index.ts';
import { testFileRule } from '../expectation/index.ts';
import { lintRuleNamed, lintRules } from '../lint/index.ts';
import { validationRules } from '../validation/index.ts';

export function allRules(): readonly RuleMeta[] {
  const overMeshes = lintRules().map(({ meta }) => meta);
  return [...validationRules, ...overMeshes, ...suppressionRules, testFileRule];
}

const named = (rules: readonly RuleMeta[]): ReadonlyMap<string, RuleMeta> =>
  new Map(rules.map((rule) => [rule.name, rule]));

let all: ReadonlyMap<string, RuleMeta> | undefined;

/**
 * Names are unique; a code of Istio's may stand for several rules. To make those that are not of lint/ takes longer
 * than all else that shows a finding.
 */
export function ruleNamed(name: string): RuleMeta | undefined {
  const ofLint = lintRuleNamed(name);
  if (ofLint !== undefined) return ofLint.meta;
  all ??= named(allRules());
  return all.get(name);
}
