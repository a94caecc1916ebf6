/**
 * Room lint (8): rules over a whole mesh: what Istio's analyzers say, and what nobody says. One file a rule in rules/, one registry.
 * May import text/ to expectation/, and asks routing where connections go. May not know the other rules from within a rule, nor match routes itself.
 */
export { type LintInput, lint } from './lint.ts';
export {
  defaultLintOptions,
  type LintOptions,
  type References,
  type SeveritySetting,
} from './options.ts';
export { type ListedRule, lintRuleNamed, lintRules, listedRules } from './registry.ts';
export type { LintRule } from './rule.ts';
