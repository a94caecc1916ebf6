/** Findings as JUnit XML: one suite a file, one case a rule that fails there; a file without findings is a case that passes. */
import type { Finding } from '../diagnostic/index.ts';
import { conciseLine } from './finding-concise.ts';
import type { FindingReport } from './finding-report.ts';
import { escapeXml } from './xml.ts';

export function findingJunit(report: FindingReport): string {
  const suites = report.sourceNames.map((name) => suite(name, report));
  const total = (count: (suite: Suite) => number): number =>
    suites.reduce((sum, one) => sum + count(one), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tcpmesh validate" tests="${total((s) => s.cases)}" failures="${total((s) => s.failures)}" errors="0">`,
    ...suites.flatMap((one) => one.lines),
    '</testsuites>',
    '',
  ].join('\n');
}

type Suite = { readonly lines: string[]; readonly cases: number; readonly failures: number };

function suite(name: string, report: FindingReport): Suite {
  const byRule = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    if (finding.span.source.name !== name) continue;
    const key = `${finding.code} ${finding.rule}`;
    const group = byRule.get(key);
    if (group === undefined) byRule.set(key, [finding]);
    else group.push(finding);
  }
  const failures = [...byRule.values()].filter((group) => group.some(report.fails)).length;
  const cases = Math.max(1, byRule.size);
  const file = escapeXml(name);
  const lines = [
    `  <testsuite name="${file}" tests="${cases}" failures="${failures}" errors="0">`,
    ...(byRule.size === 0 ? [`    <testcase name="no findings" classname="${file}"/>`] : []),
    ...[...byRule].flatMap(([rule, group]) => testCase(rule, group, file, report.fails)),
    '  </testsuite>',
  ];
  return { lines, cases, failures };
}

function testCase(
  rule: string,
  group: readonly Finding[],
  file: string,
  fails: FindingReport['fails'],
): string[] {
  const said = group
    .map((finding) => [conciseLine(finding), finding.help].filter((text) => text !== '').join('\n'))
    .join('\n');
  const failing = group.find(fails);
  return [
    `    <testcase name="${escapeXml(rule)}" classname="${file}">`,
    failing === undefined
      ? `      <system-out>${escapeXml(said)}</system-out>`
      : `      <failure type="${failing.severity}" message="${escapeXml(failing.message)}">${escapeXml(said)}</failure>`,
    '    </testcase>',
  ];
}
