/** Fixtures of rules: YAML whose comments point with carets at what is found in the line above. */
import type { Finding } from '../../src/diagnostic/index.ts';
import { type LintOptions, lint } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, foreignPodsOf, foreignSettingsOf } from '../../src/resource/index.ts';
import { positionOf } from '../../src/text/index.ts';
import { admit, judge, judgeDocuments } from '../../src/validation/index.ts';

const caretLine = /^# *\^+ (?:IST|TCM)\d{4} /;

/** Without the comments that say what is expected. */
export function withoutCarets(text: string): string {
  return text
    .split('\n')
    .filter((line) => !caretLine.test(line))
    .join('\n');
}

/** Options of the run, from a first line such as `# options: {"mode":"ambient"}`. */
function optionsIn(text: string): Partial<LintOptions> {
  const given = /^# options: (.*)$/m.exec(text)?.[1];
  return given === undefined ? {} : JSON.parse(given);
}

/** Everything that is found in a fixture, by all rules. */
export function findingsIn(name: string, text: string): Finding[] {
  const decoded = decodeSources([{ name, text }], { defaultNamespace: 'default' });
  const { resources, foreign } = decoded;
  const settings = foreignSettingsOf(foreign, 'default');
  const options = optionsIn(text);
  return [
    ...judgeDocuments(decoded),
    ...resources.flatMap((resource) => [...judge(resource)]),
    ...lint({
      resources,
      mesh: buildMesh(admit(resources).admitted, { foreign: settings }),
      foreignPods: foreignPodsOf(foreign, 'default'),
      options,
    }),
  ];
}

/** The text with a line of carets under each finding; a span of several lines is shown to the end of its first. */
export function withCarets(text: string, findings: readonly Finding[]): string {
  const lines = text.split('\n');
  const notes = new Map<number, string[]>();
  for (const { span, code, message, severity } of findings) {
    const { line, column } = positionOf(span);
    const rest = (lines[line - 1] ?? '').length - (column - 1);
    const width = Math.max(1, Math.min(span.end - span.start, rest));
    const indent = Math.max(0, column - 2);
    const note = `#${' '.repeat(indent)}${'^'.repeat(width)} ${code} ${severity}: ${message}`;
    notes.set(line, [...(notes.get(line) ?? []), note]);
  }
  return lines.flatMap((line, i) => [line, ...(notes.get(i + 1) ?? [])]).join('\n');
}
