/**
 * Room report (8): values to text: for people, for scripts, for other tools. Same value, same bytes.
 * May import text/ to expectation/. The only room that knows `chalk` (but for ui/, through ink). May not print.
 */

export { escapeControls } from './escape.ts';
export { explanationsAsJson, explanationsAsYaml } from './explain-json.ts';
export { explanationsAsMermaid } from './explain-mermaid.ts';
export { loadColours, type Paint, plainPaint, type Role } from './paint.ts';
export { testsAsJson } from './test-json.ts';
export { testsAsJunit } from './test-junit.ts';
export { testsAsTap } from './test-tap.ts';
export { testsAsText } from './test-text.ts';
