/**
 * Room diagnostic (1): what is wrong somewhere, as data: severity, code, message, places.
 * May import text/. May not render: colours, frames and formats are report's.
 */

export { applyFixes, withEdits } from './apply-fixes.ts';
export type { Edit, Finding, Fix, Related, ResourceRef, Severity } from './finding.ts';
export { atLeast, compareFindings, graver, gravestFirst, sortFindings } from './finding.ts';
export { fingerprintsOf } from './fingerprint.ts';
export { type IgnoreComment, ignoreComments } from './ignore-comment.ts';
export { findingOf, type Occurrence, type RuleMeta } from './rule.ts';
export {
  names,
  reaches,
  suppressByComments,
  suppressionRules,
  type UnusedCode,
  unusedSuppression,
} from './suppress.ts';
