/** Findings as data, in the form that scripts rely on (schemaVersion 1). */
import type { Finding } from '../diagnostic/index.ts';
import { endPositionOf, positionOf } from '../text/index.ts';
import type { PlainValue } from '../yaml/index.ts';
import { countFindings, docsOf, type FindingReport, whyOf } from './finding-report.ts';
import { jsonText } from './json-text.ts';

export function findingJson(report: FindingReport): string {
  return jsonText(findingData(report));
}

/** The value behind `-o json` and `-o yaml`. */
export function findingData(report: FindingReport): PlainValue {
  const { sourceNames, documents, resources } = report;
  return {
    schemaVersion: 1,
    summary: {
      files: sourceNames.length,
      documents,
      resources,
      ...countFindings(report.findings),
    },
    findings: report.findings.map((finding) => dataOf(finding, whyOf(report, finding))),
  };
}

function dataOf(finding: Finding, why: string): PlainValue {
  const { code, rule, severity, message, help, resource, path, span, related, istio } = finding;
  const start = positionOf(span);
  const end = endPositionOf(span);
  return {
    code,
    rule,
    severity,
    message,
    why,
    help,
    resource,
    file: span.source.name,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    path,
    related: related.map((other) => ({
      message: other.message,
      file: other.span.source.name,
      ...positionOf(other.span),
    })),
    istio: { rejects: istio.rejects, code: istio.code },
    docs: docsOf(rule),
  };
}
