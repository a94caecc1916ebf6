/** One line a finding: `file:line:col: severity CODE message`, for grep, editors and problem matchers. */
import type { Finding } from '../diagnostic/index.ts';
import { locationOf } from '../text/index.ts';
import { escapeControls } from './escape.ts';
import type { FindingReport } from './finding-report.ts';

export function findingConcise(report: FindingReport): string {
  return report.findings.map((finding) => `${conciseLine(finding)}\n`).join('');
}

export function conciseLine(finding: Finding): string {
  const { severity, code, message, span } = finding;
  return escapeControls(`${locationOf(span)}: ${severity} ${code} ${message}`);
}
