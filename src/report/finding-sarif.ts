/** Findings as SARIF 2.1.0, for code scanning: rules with their help, places, related places, fingerprints, fixes. */
import { type Finding, type Fix, fingerprintsOf, type Severity } from '../diagnostic/index.ts';
import { endPositionOf, positionOf, type Span } from '../text/index.ts';
import type { FindingReport } from './finding-report.ts';
import { jsonText } from './json-text.ts';
import {
  encodePath,
  fileUri,
  folderUri,
  repositoryPath,
  type StartedIn,
} from './repository-path.ts';

const root = '%SRCROOT%';

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

export function findingSarif(report: FindingReport): string {
  const rules = rulesOf(report);
  const index = new Map(rules.map((rule, i) => [rule.id, i]));
  const prints = fingerprintsOf(report.findings);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tcpmesh', version: report.version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [root]: { uri: folderUri(report.startedIn.root) } },
        results: report.findings.map((finding, i) =>
          resultOf(finding, index.get(idOf(finding)) ?? 0, prints[i] ?? '', report),
        ),
      },
    ],
  };
  return jsonText(log);
}

/** Several rules may share a code of Istio's, so the name is part of the id. */
function idOf({ code, rule }: { readonly code: string; readonly rule: string }): string {
  return `${code}/${rule}`;
}

function rulesOf(report: FindingReport) {
  const first = new Map<string, Finding>();
  for (const finding of report.findings) {
    if (!first.has(idOf(finding))) first.set(idOf(finding), finding);
  }
  return [...first.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, finding]) => {
      const rule = report.ruleOf(finding.rule);
      if (rule === undefined) return { id, name: finding.rule };
      return {
        id,
        name: rule.name,
        shortDescription: { text: rule.summary },
        fullDescription: { text: rule.why === '' ? rule.summary : rule.why },
        help: {
          text: [rule.why, rule.help].filter((text) => text !== '').join('\n\n') || rule.summary,
        },
        defaultConfiguration: { level: levels[rule.severity] },
      };
    });
}

function resultOf(
  finding: Finding,
  ruleIndex: number,
  fingerprint: string,
  { startedIn }: FindingReport,
) {
  const { message, why = '', help, span, related, fix, resource, path, istio } = finding;
  return {
    ruleId: idOf(finding),
    ruleIndex,
    level: levels[finding.severity],
    message: { text: [message, why, help].filter((text) => text !== '').join('\n') },
    locations: [
      {
        physicalLocation: physicalLocation(span, startedIn),
        ...(resource === null
          ? {}
          : {
              logicalLocations: [
                {
                  kind: 'resource',
                  name: resource.name,
                  fullyQualifiedName: [
                    [resource.kind, resource.namespace, resource.name].join('/'),
                    path,
                  ]
                    .filter((part) => part !== '')
                    .join('#'),
                },
              ],
            }),
      },
    ],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            physicalLocation: physicalLocation(other.span, startedIn),
            message: { text: other.message },
          })),
        }),
    partialFingerprints: { 'tcpmesh/v1': fingerprint },
    ...(fix === undefined ? {} : { fixes: [fixOf(fix, startedIn)] }),
    properties: { istio: { rejects: istio.rejects, code: istio.code } },
  };
}

function physicalLocation(span: Span, startedIn: StartedIn) {
  return { artifactLocation: artifact(span.source.name, startedIn), region: regionOf(span) };
}

function regionOf(span: Span) {
  const start = positionOf(span);
  const end = endPositionOf(span);
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** Code scanning takes relative paths for the repository's; other readers ask originalUriBaseIds what they are relative to. */
function artifact(name: string, startedIn: StartedIn) {
  const { inside, path } = repositoryPath(name, startedIn);
  return inside ? { uri: encodePath(path), uriBaseId: root } : { uri: fileUri(path) };
}

function fixOf(fix: Fix, startedIn: StartedIn) {
  const byFile = new Map<string, Fix['edits'][number][]>();
  for (const edit of fix.edits) {
    const { name } = edit.span.source;
    byFile.set(name, [...(byFile.get(name) ?? []), edit]);
  }
  return {
    description: { text: fix.title },
    artifactChanges: [...byFile].map(([name, edits]) => ({
      artifactLocation: artifact(name, startedIn),
      replacements: edits.map(({ span, text }) => ({
        deletedRegion: regionOf(span),
        insertedContent: { text },
      })),
    })),
  };
}
