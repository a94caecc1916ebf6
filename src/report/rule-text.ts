/** Rules for people and scripts: the list, the explanation of some, JSON. */
import type { RuleMeta } from '../diagnostic/index.ts';
import { count } from '../text/index.ts';
import { docsOf } from './finding-report.ts';
import { jsonText } from './json-text.ts';
import type { Paint } from './paint.ts';
import { wrap } from './wrap.ts';

/** By code, a line each. */
export function rulesAsList(rules: readonly RuleMeta[], paint: Paint): string {
  const sorted = byCode(rules);
  const width = Math.max(...sorted.map((rule) => rule.name.length));
  const lines = sorted.map(({ code, severity, name, summary }) =>
    [
      paint('strong', code),
      paint(severity, severity.padEnd('warning'.length)),
      name.padEnd(width),
      paint('faint', summary),
    ].join('  '),
  );
  return `${lines.join('\n')}\n\n${count(rules.length, 'rule')}; tcpmesh rules CODE explains one\n`;
}

export function rulesAsText(rules: readonly RuleMeta[], paint: Paint, columns: number): string {
  return `${rules.map((rule) => explanation(rule, paint, columns)).join('\n\n')}\n`;
}

export function rulesAsJson(rules: readonly RuleMeta[]): string {
  return jsonText({
    schemaVersion: 1,
    rules: byCode(rules).map(({ code, name, severity, summary, why, help, istio }) => ({
      code,
      name,
      severity,
      summary,
      why,
      help,
      istio: { rejects: istio.rejects, code: istio.code, source: istio.source },
      docs: docsOf(name),
    })),
  });
}

function explanation(rule: RuleMeta, paint: Paint, columns: number): string {
  const { code, name, severity, summary, why, help } = rule;
  const indent = '  ';
  const section = (title: string, text: string): string[] =>
    text === ''
      ? []
      : ['', paint('strong', title), ...paragraphs(text, columns - 2).map((line) => indent + line)];
  return [
    `${paint(severity, `${severity}[${code}]`)} ${paint('strong', name)}`,
    ...paragraphs(summary, columns - 2).map((line) => indent + line),
    ...section('Why', why),
    ...section('What to do', help),
    ...section('In Istio', istioSays(rule)),
  ].join('\n');
}

function paragraphs(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrap(line, Math.max(40, Math.min(columns, 100))));
}

function istioSays({ istio }: RuleMeta): string {
  const { rejects, code, source } = istio;
  const where = source === '' ? '' : ` (${source})`;
  if (rejects) return `Its validation refuses the document${where}.`;
  if (code !== null) return `istioctl analyze reports ${code}${where}.`;
  return source === ''
    ? 'It says nothing about this.'
    : `It says nothing about this; see ${source}.`;
}

function byCode(rules: readonly RuleMeta[]): RuleMeta[] {
  const key = ({ code, name }: RuleMeta): string => `${code} ${name}`;
  return [...rules].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
