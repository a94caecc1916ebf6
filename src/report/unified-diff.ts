/** What changed between two versions of a text, as a unified diff with three lines around each change. */
import { escapeControls, pictureControls } from './escape.ts';
import type { Paint } from './paint.ts';

/** Lines `from` to `to` (from 0, exclusive) of the old text became `fromNew` to `toNew` of the new one. */
type Change = {
  readonly from: number;
  readonly to: number;
  readonly fromNew: number;
  readonly toNew: number;
};

const context = 3;

/** Empty when nothing changed. */
export function unifiedDiff(name: string, before: string, after: string, paint: Paint): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const changes = changesBetween(old, now);
  if (changes.length === 0) return '';
  const file = escapeControls(name);
  const lines = [paint('strong', `--- ${file}`), paint('strong', `+++ ${file}`)];
  for (const hunk of hunksOf(changes)) lines.push(...hunkLines(hunk, old, now, paint));
  return `${lines.join('\n')}\n`;
}

/** With their ends, which may differ too. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The end of a line is as it is, for who applies the diff: a carriage return there moves nothing on a terminal. */
function shown(line: string): string {
  const end = /\r?\n$/.exec(line)?.[0] ?? '';
  const text = pictureControls(line.slice(0, line.length - end.length));
  return end === '' ? `${text}\n\\ No newline at end of file` : `${text}${end.slice(0, -1)}`;
}

/** Lines that are the same at both ends are left aside; between, the longest common sequence of a bounded size. */
function changesBetween(old: readonly string[], now: readonly string[]): Change[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++;
  const a = old.slice(start, old.length - end);
  const b = now.slice(start, now.length - end);
  if (a.length === 0 && b.length === 0) return [];
  const whole = { from: start, to: start + a.length, fromNew: start, toNew: start + b.length };
  if (a.length * b.length > 4_000_000) return [whole];
  return commonSequence(a, b).map((change) => ({
    from: change.from + start,
    to: change.to + start,
    fromNew: change.fromNew + start,
    toNew: change.toNew + start,
  }));
}

function commonSequence(a: readonly string[], b: readonly string[]): Change[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const from = i;
    const fromNew = j;
    while ((i < a.length || j < b.length) && !(i < a.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    if (i > from || j > fromNew) changes.push({ from, to: i, fromNew, toNew: j });
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return changes;
}

/** Changes whose surroundings touch are shown together. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk !== undefined && last !== undefined && change.from - last.to <= 2 * context)
      hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkLines(
  changes: readonly Change[],
  old: readonly string[],
  now: readonly string[],
  paint: Paint,
): string[] {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const start = Math.max(0, first.from - context);
  const end = Math.min(old.length, last.to + context);
  const startNew = first.fromNew - (first.from - start);
  const endNew = last.toNew + (end - last.to);
  const lines = [paint('place', `@@ -${rangeOf(start, end)} +${rangeOf(startNew, endNew)} @@`)];
  let at = start;
  for (const change of changes) {
    lines.push(...old.slice(at, change.from).map((line) => ` ${shown(line)}`));
    lines.push(
      ...old.slice(change.from, change.to).map((line) => paint('error', `-${shown(line)}`)),
    );
    lines.push(
      ...now.slice(change.fromNew, change.toNew).map((line) => paint('good', `+${shown(line)}`)),
    );
    at = change.to;
  }
  lines.push(...old.slice(at, end).map((line) => ` ${shown(line)}`));
  return lines;
}

/** An empty range is written by the line before it. */
function rangeOf(from: number, to: number): string {
  return `${to === from ? from : from + 1},${to - from}`;
}
