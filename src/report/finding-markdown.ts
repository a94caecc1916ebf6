/** Findings as a Markdown table for a step summary or a comment on a change. */
import type { Finding } from '../diagnostic/index.ts';
import { count, locationOf } from '../text/index.ts';
import { escapeControls } from './escape.ts';
import { type FindingReport, verdictInWords } from './finding-report.ts';

const icons = { error: '🔴', warning: '🟡', info: '🔵' } as const;
/** A comment on GitHub holds 65,536 characters. */
const shown = 100;

export function findingMarkdown(report: FindingReport): string {
  const { findings, resources, sourceNames } = report;
  const read = `${count(resources, 'resource')} in ${count(sourceNames.length, 'file')}`;
  const lines = [`### tcpmesh: ${verdictInWords(report)}`, '', read, ''];
  if (findings.length > 0) {
    lines.push('| | Place | Finding | What to do |', '|---|---|---|---|');
    lines.push(...findings.slice(0, shown).map(row), '');
    if (findings.length > shown) lines.push(`… and ${findings.length - shown} more.`, '');
  }
  lines.push(...report.notes.map((note) => `> ${escapeMarkdown(note)}`));
  return `${lines.join('\n').trimEnd()}\n`;
}

function row(finding: Finding): string {
  const place = code(locationOf(finding.span));
  const what = `${code(finding.code)} ${escapeMarkdown(finding.message)}`;
  return `| ${icons[finding.severity]} | ${place} | ${what} | ${escapeMarkdown(finding.help)} |`;
}

function code(text: string): string {
  return `\`${escapeControls(text).replace(/`/g, "'").replace(/\|/g, '\\|')}\``;
}

/** No markup, no HTML, no mention of anybody comes out of a user's text. */
function escapeMarkdown(text: string): string {
  return escapeControls(text)
    .replace(/[\\`*_{}[\]|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;');
}
