/**
 * Room report (8): values to text: for people, for scripts, for other tools. Same value, same bytes.
 * May import text/ to expectation/. The only room that knows `chalk` (but for ui/, through ink). May not print,
 * read a clock, or decide what is wrong.
 */
export { codeFrame, type FrameLook, gutterOf } from './code-frame.ts';
export { coverageAsText } from './coverage-text.ts';
export { displayWidth } from './display-width.ts';
export { dotControls, escapeControls, pictureControls } from './escape.ts';
export {
  type ExplanationReport,
  explanationsAsJson,
  explanationsAsYaml,
} from './explain-json.ts';
export { explanationsAsMermaid } from './explain-mermaid.ts';
export { explanationsAsText } from './explain-text.ts';
export { type FindingFormat, findingFormats, renderFindings } from './finding-formats.ts';
export {
  countFindings,
  describeCounts,
  docsOf,
  type FindingReport,
} from './finding-report.ts';
export type { TextStyle } from './finding-text.ts';
export { loadColours } from './load-colours.ts';
export { type Paint, plainPaint, type Role } from './paint.ts';
export { reachesAsText } from './reach-text.ts';
export { type RulePage, ruleIndexPage, rulePage } from './rule-page.ts';
export { rulesAsJson, rulesAsList, rulesAsText } from './rule-text.ts';
export { testsAsJson } from './test-json.ts';
export { testsAsJunit } from './test-junit.ts';
export { testsAsTap } from './test-tap.ts';
export { testsAsText } from './test-text.ts';
export { unifiedDiff } from './unified-diff.ts';
export { untakenInWords } from './untaken-text.ts';
export { targetInWords } from './words.ts';
export { wrap } from './wrap.ts';
