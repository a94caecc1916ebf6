/** Test results as TAP 14 (https://testanything.org/tap-version-14-specification.html). */
import { summarizeTests, type TestResult } from '../expectation/index.ts';
import { escapeControls } from './escape.ts';
import { testMessageLines } from './test-message.ts';

export function testsAsTap(results: readonly TestResult[]): string {
  const lines = ['TAP version 14', `1..${results.length}`];
  for (const [i, result] of results.entries()) {
    const name = describe(`${result.file}: ${result.name}`);
    lines.push(`${result.ok ? 'ok' : 'not ok'} ${i + 1} - ${name}`);
    for (const note of result.notes) lines.push(`# ${escapeControls(note)}`);
    if (result.ok) continue;
    lines.push('  ---', '  message: |-');
    for (const line of testMessageLines(result)) lines.push(`    ${escapeControls(line)}`);
    lines.push('  ...');
  }
  const { passed, failed } = summarizeTests(results);
  lines.push(`# passed ${passed}`, `# failed ${failed}`);
  return `${lines.join('\n')}\n`;
}

/** `#` would begin a directive (SKIP, TODO) and a line break would end the test point. */
function describe(text: string): string {
  return escapeControls(text).replace(/[\\#]/g, '\\$&');
}
