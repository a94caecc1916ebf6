/** Test results as JUnit XML: one suite a test file, one case a connection. */
import { summarizeTests, type TestResult } from '../expectation/index.ts';
import { positionOf } from '../text/index.ts';
import { testMessageLines } from './test-message.ts';

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
  if (result.ok) return [`${open}/>`];
  const lines = testMessageLines(result);
  const text = lines.map(escapeXml).join('\n');
  return [
    `${open}>`,
    `      <failure message="${escapeXml(lines[0] ?? '')}">${text}</failure>`,
    '    </testcase>',
  ];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** XML 1.0 has no form for other control characters, nor for half a surrogate pair. */
const unwritable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeXml(text: string): string {
  return text
    .replace(unwritable, '\ufffd')
    .replace(/[&<>"\n\t]/g, (char) => entities[char] ?? char);
}
