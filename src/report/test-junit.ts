/** Test results as JUnit XML: one suite a test file, one case a connection. */
import { summarizeTests, type TestResult } from '../expectation/index.ts';
import { positionOf } from '../text/index.ts';
import { testMessageLines } from './test-message.ts';
import { escapeXml } from './xml.ts';

export function testsAsJunit(results: readonly TestResult[]): string {
  const suites = new Map<string, TestResult[]>();
  for (const result of results) {
    const suite = suites.get(result.file);
    if (suite === undefined) suites.set(result.file, [result]);
    else suite.push(result);
  }
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tcpmesh" ${counts(results)}>`,
  ];
  for (const [file, suite] of suites) {
    lines.push(`  <testsuite name="${escapeXml(file)}" ${counts(suite)}>`);
    for (const result of suite) lines.push(...testCase(result));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return `${lines.join('\n')}\n`;
}

function counts(results: readonly TestResult[]): string {
  const { failed } = summarizeTests(results);
  return `tests="${results.length}" failures="${failed}" errors="0"`;
}

function testCase(result: TestResult): string[] {
  const { line } = positionOf(result.span);
  const open = `    <testcase name="${escapeXml(result.name)}" classname="${escapeXml(result.file)}" file="${escapeXml(result.file)}" line="${line}"`;
  const notes = result.notes.map((note) => `      <system-out>${escapeXml(note)}</system-out>`);
  if (result.ok && notes.length === 0) return [`${open}/>`];
  if (result.ok) return [`${open}>`, ...notes, '    </testcase>'];
  const lines = testMessageLines(result);
  const text = lines.map(escapeXml).join('\n');
  return [
    `${open}>`,
    `      <failure message="${escapeXml(lines[0] ?? '')}">${text}</failure>`,
    ...notes,
    '    </testcase>',
  ];
}
