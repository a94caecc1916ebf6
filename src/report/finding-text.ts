/** Findings for people: each with its code frame, the other places that belong to it, why it matters and what to do. */
import type { Finding } from '../diagnostic/index.ts';
import { count, locationOf } from '../text/index.ts';
import { codeFrame, gutterOf } from './code-frame.ts';
import { escapeControls } from './escape.ts';
import {
  countFindings,
  describeCounts,
  type FindingReport,
  verdictInWords,
  whyOf,
} from './finding-report.ts';
import type { Paint } from './paint.ts';
import { wrap } from './wrap.ts';

export type TextStyle = {
  readonly paint: Paint;
  readonly columns: number;
};

export function findingText(report: FindingReport, style: TextStyle): string {
  const blocks: string[] = [];
  const explained = new Set<string>();
  for (const [name, findings] of byFile(report.findings)) {
    blocks.push(heading(name, findings, style.paint));
    for (const finding of findings) {
      const why = whyOf(report, finding);
      const key = `${finding.rule} ${why}`;
      blocks.push(block(finding, explained.has(key) ? '' : why, style));
      explained.add(key);
    }
  }
  return `${[...blocks, summary(report, style.paint)].join('\n\n')}\n`;
}

function byFile(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.span.source.name);
    if (group === undefined) groups.set(finding.span.source.name, [finding]);
    else group.push(finding);
  }
  return groups;
}

function heading(name: string, findings: readonly Finding[], paint: Paint): string {
  const counts = describeCounts(countFindings(findings));
  return `${paint('strong', escapeControls(name))}${paint('faint', ` (${counts})`)}`;
}

function block(finding: Finding, why: string, style: TextStyle): string {
  const { paint, columns } = style;
  const gutter = gutterOf([finding.span, ...finding.related.map((related) => related.span)]);
  const pad = ' '.repeat(gutter);
  const lines = [
    `${paint(finding.severity, `${finding.severity}[${finding.code}]`)}${paint('strong', `: ${escapeControls(finding.message)}`)}`,
    `${pad}${paint('place', '-->')} ${escapeControls(locationOf(finding.span))}${subject(finding, paint)}`,
    ...codeFrame(finding.span, '', { paint, role: finding.severity, mark: '^', gutter, columns }),
  ];
  for (const { message, span } of finding.related) {
    lines.push(`${pad}${paint('related', ':::')} ${escapeControls(locationOf(span))}`);
    lines.push(
      ...codeFrame(span, escapeControls(message), {
        paint,
        role: 'related',
        mark: '-',
        gutter,
        columns,
      }),
    );
  }
  const note = (word: string, text: string): void => {
    if (text === '') return;
    const [first = '', ...more] = wrap(
      escapeControls(text),
      Math.max(40, Math.min(columns, 110) - gutter - 9),
    );
    lines.push(`${pad} ${paint('faint', '=')} ${paint('strong', `${word}:`)} ${first}`);
    for (const line of more) lines.push(`${pad}   ${' '.repeat(word.length + 2)}${line}`);
  };
  note('why', why);
  note('help', finding.help);
  return lines.join('\n');
}

/** Which object and field it is, after the place. */
function subject(finding: Finding, paint: Paint): string {
  const { resource, path } = finding;
  const name =
    resource === null
      ? ''
      : [resource.kind, [resource.namespace, resource.name].filter(isSaid).join('/')]
          .filter(isSaid)
          .join(' ');
  const shown = [name, path].filter(isSaid).join(', ');
  return shown === '' ? '' : paint('faint', `  ${escapeControls(shown)}`);
}

const isSaid = (part: string): boolean => part !== '';

function summary(report: FindingReport, paint: Paint): string {
  const read = `${count(report.resources, 'resource')} in ${count(report.sourceNames.length, 'file')}`;
  const time = report.elapsedMs === null ? '' : ` in ${duration(report.elapsedMs)}`;
  const verdict = paint(toneOf(report), verdictInWords(report));
  const notes = report.notes.map((note) => paint('faint', escapeControls(note)));
  return [`${verdict} (${read}${time})`, ...notes].join('\n');
}

function toneOf(report: FindingReport): 'error' | 'warning' | 'info' | 'good' {
  const { errors, warnings, infos } = countFindings(report.findings);
  if (errors > 0) return 'error';
  if (warnings > 0 || report.unread > 0 || report.resources === 0) return 'warning';
  return infos > 0 ? 'info' : 'good';
}

/** `13 ms`, `1.4 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
