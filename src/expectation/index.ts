/**
 * Room expectation (7): connections with what they should do: the test file format, comparison, coverage, a first file from a mesh,
 * and the questions that are asked by routing again: what reaches a rule, and which one change would have.
 * May import text/ to routing/. May not read files or print.
 */

export type { AmbientProfile } from './ambient-doubts.ts';
export { type Ask, asker } from './ask.ts';
export { type Assertion, parseAssertions, unmet } from './assertion.ts';
export { behaviourKey, destinationKey } from './behaviour.ts';
export { type CallChange, changeCall, changesTowards } from './call-change.ts';
export { capturedAs, lacksSidecar, whyNoSidecar } from './capture.ts';
export { compareVerdict, type Mismatch } from './compare.ts';
export { type Coverage, type CoverageItem, type CoverageRun, coverageOf } from './coverage.ts';
export type { ConfigChange, ConfigMiss } from './edit.ts';
export { type Elsewhere, elsewhere, namespacesNamed, unnamedNamespace } from './elsewhere.ts';
export { type Explainer, explainer } from './explain.ts';
export type { Explanation, OtherAge } from './explanation.ts';
export { firstTestFile } from './first-file.ts';
export { missingRule } from './missing-rule.ts';
export { type NearMiss, nearMisses } from './near-miss.ts';
export { otherAges } from './other-ages.ts';
export { partingStep } from './parting-step.ts';
export {
  type Asker,
  callsMeant,
  type Meant,
  type Question,
  type Unanswerable,
} from './question.ts';
export { type Instead, type Reach, reach, rulesNamed } from './reach.ts';
export { readCalls } from './read-calls.ts';
export { outcomes } from './read-expectation.ts';
export {
  type ReadTestFile,
  readTestFile,
  testFileRule,
} from './read-test-file.ts';
export { serverNameFor } from './representative.ts';
export { type Rule, type RuleMatch, ruleKey, rulesOf, sameRule } from './rules-of.ts';
export { callOf, runConnections, viewpointOf } from './run-connections.ts';
export {
  type ConfigPath,
  type Connection,
  type DescribedCall,
  type Expectation,
  type ExpectedDestination,
  type ExpectedRule,
  type From,
  parseRuleName,
  ruleNumber,
  type Target,
  type TestFile,
} from './test-file.ts';
export { summarizeTests, type TestResult, type TestSummary } from './test-result.ts';
export { candidateCalls } from './witness.ts';
