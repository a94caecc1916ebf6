/**
 * Findings as GitHub's workflow commands, which become annotations on the lines of a change. GitHub shows ten of each
 * gravity a step: the gravest come first, the rest are plain lines of the log.
 */
import { atLeast, type Finding, type Severity } from '../diagnostic/index.ts';
import { count, endPositionOf, locationOf, positionOf } from '../text/index.ts';
import { escapeControls } from './escape.ts';
import { conciseLine } from './finding-concise.ts';
import { type FindingReport, verdictInWords } from './finding-report.ts';
import { repositoryPath, type StartedIn } from './repository-path.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;
const shownOfEach = 10;

export function findingGithub(report: FindingReport): string {
  const lines: string[] = [];
  const rest: Finding[] = [];
  for (const severity of ['error', 'warning', 'info'] as const satisfies readonly Severity[]) {
    const findings = report.findings.filter((finding) => finding.severity === severity);
    lines.push(
      ...findings.slice(0, shownOfEach).map((finding) => annotation(finding, report.startedIn)),
    );
    rest.push(...findings.slice(shownOfEach));
  }
  if (rest.length > 0) lines.push(`${count(rest.length, 'more finding')} than GitHub annotates:`);
  // The dash keeps a file's name from being read as a command.
  lines.push(...rest.map((finding) => `- ${conciseLine(finding)}`));
  lines.push(summary(report));
  return `${lines.join('\n')}\n`;
}

/** GitHub looks for the file from the root of the repository, wherever the step works. */
function annotation(finding: Finding, startedIn: StartedIn): string {
  const { span, code, rule, severity, message, help, related } = finding;
  const start = positionOf(span);
  const end = endPositionOf(span);
  const others = related.map((other) => `${locationOf(other.span)}: ${other.message}`);
  const properties = [
    ['file', repositoryPath(span.source.name, startedIn).path],
    ['line', start.line],
    // Columns are taken for places within one line only.
    ...(end.line === start.line
      ? [
          ['col', start.column],
          ['endColumn', end.column],
        ]
      : [['endLine', end.line]]),
    ['title', `${code} ${rule}`],
  ].map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const text = [message, ...others, help].filter((part) => part !== '').join('\n');
  return `::${commands[severity]} ${properties.join(',')}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.split('\n').map(escapeControls).join('\n').replace(/%/g, '%25').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

function summary(report: FindingReport): string {
  const gravest = report.findings.some((finding) => atLeast(finding.severity, 'error'));
  return `tcpmesh: ${verdictInWords(report)}${gravest ? '' : ', no errors'} in ${count(report.sourceNames.length, 'file')}`;
}
