/** Test results for people: one line a file, the failures in full, then the sum. */
import { summarizeTests, type TestResult } from '../expectation/index.ts';
import { listed } from '../text/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf, testMessageLines } from './test-message.ts';

export function testsAsText(results: readonly TestResult[], paint: Paint): string {
  const files = new Map<string, TestResult[]>();
  for (const result of results) {
    const known = files.get(result.file);
    if (known === undefined) files.set(result.file, [result]);
    else known.push(result);
  }
  const lines = [...files].flatMap(([file, group]) => fileLines(file, group, paint));
  const { passed, failed } = summarizeTests(results);
  const sum = [
    ...(failed > 0 ? [paint('error', `${failed} failed`)] : []),
    paint('good', `${passed} passed`),
  ].join(', ');
  const count = files.size === 1 ? '1 file' : `${files.size} files`;
  const end = lines.at(-1) === '' ? [] : [''];
  return `${[...lines, ...end, `${sum} ${paint('faint', `(${count})`)}`].join('\n')}\n`;
}

function fileLines(file: string, results: readonly TestResult[], paint: Paint): string[] {
  const { passed, failed } = summarizeTests(results);
  const mark = failed === 0 ? paint('good', '✓') : paint('error', '✗');
  const counts = failed === 0 ? `${passed} passed` : `${failed} failed, ${passed} passed`;
  const lines = [`${mark} ${paint('strong', escapeControls(file))} ${paint('faint', counts)}`];
  for (const result of results) {
    if (result.ok) continue;
    lines.push(
      '',
      `  ${paint('error', '✗')} ${escapeControls(result.name)}  ${paint('faint', escapeControls(placeOf(result.span)))}`,
      ...testMessageLines(result).map((line) => `    ${escapeControls(line)}`),
    );
  }
  const notes = noteLines(results);
  if (failed > 0 && notes.length > 0) lines.push('');
  lines.push(...notes);
  if (failed > 0) lines.push('');
  return lines;
}

/** Each note once, with the connections that it is about. */
function noteLines(results: readonly TestResult[]): string[] {
  const byNote = new Map<string, string[]>();
  for (const { name, notes } of results)
    for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), name]);
  return [...byNote].map(([note, names]) => escapeControls(`  · ${listed(names, 3)}: ${note}`));
}
