/** What edits change in a text, as a unified diff with three lines around each change. */
import type { FixedSource } from '../diagnostic/index.ts';
import { LineIndex } from '../text/index.ts';
import { escapeControls, pictureControls } from './escape.ts';
import type { Paint } from './paint.ts';

const context = 3;

/** Lines that change: `from` to `to` (from 0, exclusive) of the old text become `fromNew` to `toNew` of the new one. */
type Change = { from: number; to: number; fromNew: number; toNew: number };

export function unifiedDiff({ source, text, edits }: FixedSource, paint: Paint): string {
  const before = new LineIndex(source.text);
  const after = new LineIndex(text);
  const changes: Change[] = [];
  let shift = 0;
  for (const { span, text: replacement } of edits) {
    const from = before.position(span.start).line - 1;
    const to = before.position(span.end).line;
    const start = span.start + shift;
    const fromNew = after.position(start).line - 1;
    const toNew = after.position(start + replacement.length).line;
    shift += replacement.length - (span.end - span.start);
    const last = changes.at(-1);
    if (last !== undefined && from < last.to) {
      last.to = Math.max(last.to, to);
      last.toNew = Math.max(last.toNew, toNew);
    } else changes.push({ from, to, fromNew, toNew });
  }
  const name = escapeControls(source.name);
  const lines = [paint('strong', `--- ${name}`), paint('strong', `+++ ${name}`)];
  for (const hunk of hunksOf(changes)) lines.push(...hunkLines(hunk, before, after, paint));
  return `${lines.join('\n')}\n`;
}

/** Changes whose surroundings touch are shown together. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && change.from - last.to <= 2 * context) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkLines(
  changes: readonly Change[],
  before: LineIndex,
  after: LineIndex,
  paint: Paint,
): string[] {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const total = lineCount(before);
  const start = Math.max(0, first.from - context);
  const end = Math.min(total, last.to + context);
  const lines: string[] = [];
  let at = start;
  for (const change of changes) {
    for (; at < change.from; at++) lines.push(` ${shown(before, at)}`);
    for (; at < change.to; at++) lines.push(paint('error', `-${shown(before, at)}`));
    for (let i = change.fromNew; i < change.toNew; i++)
      lines.push(paint('good', `+${shown(after, i)}`));
  }
  for (; at < end; at++) lines.push(` ${shown(before, at)}`);
  const grown = changes.reduce((sum, c) => sum + (c.toNew - c.fromNew) - (c.to - c.from), 0);
  const startNew = first.fromNew - (first.from - start);
  const header = `@@ -${start + 1},${end - start} +${startNew + 1},${end - start + grown} @@`;
  return [paint('place', header), ...lines];
}

function shown(index: LineIndex, line: number): string {
  return pictureControls(index.line(line + 1));
}

/** A line break at the end does not begin another line. */
function lineCount(index: LineIndex): number {
  return index.text.endsWith('\n') ? index.starts.length - 1 : index.starts.length;
}
