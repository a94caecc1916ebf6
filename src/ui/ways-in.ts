/** How to connect, as rows. What has to be typed is never cut: what it is for gives way, then the command goes on below. */
import { dotControls } from '../report/index.ts';
import { columnsOf, inPieces, padColumns } from './columns.ts';
import { clipStart } from './quantity.ts';
import type { ConnectHint } from './screen-state.ts';

/** Columns that say what a command is for, at least. */
const whatMin = 10;
/** Blanks before a row, and between its parts. */
const gap = 2;

export type WayRow = { readonly what: string; readonly command: string; readonly note: string };

/** One way in, on one row or several. */
export type Way = { readonly hint: ConnectHint; readonly rows: readonly WayRow[] };

/** notes: what is worth knowing of a way is left out where its row has no room for it, or goes on below. */
export function waysIn(
  hints: readonly ConnectHint[],
  columns: number,
  notes: 'if-room' | 'all',
): readonly Way[] {
  const room = Math.max(1, columns - 2 * gap);
  const safe = hints.map((hint) => ({ hint, command: dotControls(hint.command) }));
  // A row that is long by itself does not narrow the names of the others.
  const names = safe
    .map(({ hint, command }) => ({ name: columnsOf(dotControls(hint.what)), command }))
    .filter(({ name, command }) => name + columnsOf(command) <= room);
  const width = Math.max(0, ...names.map(({ name }) => name));
  return safe.map(({ hint, command }): Way => {
    const rows = rowsOf(hint.what, command, { width, room });
    return { hint, rows: withNote(rows, dotControls(hint.note ?? ''), room, notes) };
  });
}

function rowsOf(
  what: string,
  command: string,
  { width, room }: { readonly width: number; readonly room: number },
): readonly WayRow[] {
  const left = room - columnsOf(command);
  if (left >= Math.min(whatMin, columnsOf(dotControls(what)))) {
    const name = padColumns(clipStart(what, left), Math.min(width, left));
    return [{ what: name, command, note: '' }];
  }
  return [
    { what: clipStart(what, room + gap), command: '', note: '' },
    ...inPieces(command, room + gap).map((piece) => ({ what: '', command: piece, note: '' })),
  ];
}

function withNote(
  rows: readonly WayRow[],
  note: string,
  room: number,
  notes: 'if-room' | 'all',
): readonly WayRow[] {
  const last = rows.at(-1);
  if (note === '' || last === undefined) return rows;
  const used = columnsOf(last.what) + columnsOf(last.command) + gap;
  if (used + columnsOf(note) <= room) return [...rows.slice(0, -1), { ...last, note }];
  const below = inPieces(note, room).map((piece) => ({ what: '', command: '', note: piece }));
  return notes === 'all' ? [...rows, ...below] : rows;
}

/**
 * Those that fit as a whole, with a row to say that there are more: what was filtered for, an example, what there is but one of;
 * others are like the example.
 */
export function fittingWays(ways: readonly Way[], rows: number, filter: string): readonly Way[] {
  if (ways.flatMap((way) => way.rows).length <= rows) return ways;
  const rank = ({ hint }: Way, at: number): number => {
    if (filter !== '' && fits(hint, filter)) return 0;
    if (at === 0) return 1;
    return hint.single === true ? 2 : 3;
  };
  const ranked = ways.map((way, at) => ({ way, rank: rank(way, at) }));
  const kept = new Set<Way>();
  let left = rows - 1;
  for (const { way } of ranked.toSorted((a, b) => a.rank - b.rank)) {
    if (way.rows.length > left) continue;
    left -= way.rows.length;
    kept.add(way);
  }
  return ways.filter((way) => kept.has(way));
}

function fits({ what, command, note = '' }: ConnectHint, filter: string): boolean {
  return [what, command, note].some((text) => text.toLowerCase().includes(filter.toLowerCase()));
}

/** All ways in on a screen of their own: its rows, how many of them there is room for, and how far it scrolls. */
export function wayList(
  hints: readonly ConnectHint[],
  columns: number,
  rows: number,
): { readonly rows: readonly WayRow[]; readonly room: number; readonly last: number } {
  const all = waysIn(hints, columns, 'all').flatMap((way) => way.rows);
  // The head line, the title, the key line, and the last row, which stays free.
  const room = Math.max(1, rows - 4);
  return { rows: all, room, last: Math.max(0, all.length - room) };
}
