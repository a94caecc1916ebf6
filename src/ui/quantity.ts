/** Numbers as a narrow column has room for them. */
import { dotControls } from '../report/index.ts';
import { columnsOf, firstColumns, inPieces, lastColumns } from './columns.ts';

/** `0`, `931`, `12k`, `3.4M`: bytes in decimal steps. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return String(bytes);
  const steps = ['k', 'M', 'G', 'T'];
  let value = bytes / 1000;
  let step = 0;
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${steps[step] ?? ''}`;
}

/** `0.4s`, `12s`, `3m`, `2h`. */
export function ageText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 100) return `${Math.round(seconds)}s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)}m`;
  return `${Math.round(seconds / 3600)}h`;
}

/** `19.8%`; whole where there is nothing behind the point. */
export function percentText(share: number): string {
  const percent = share * 100;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)}%`;
}

/** With commas between thousands. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Cut to a width, the loss shown by `…`; what a terminal would obey or not show is shown as a dot, never sent to it. */
export function clip(text: string, width: number): string {
  const safe = dotControls(text);
  if (width <= 0) return '';
  return columnsOf(safe) <= width ? safe : `${firstColumns(safe, width - 1)}…`;
}

/** The same, keeping the end: names differ there. */
export function clipStart(text: string, width: number): string {
  const safe = dotControls(text);
  if (width <= 0) return '';
  return columnsOf(safe) <= width ? safe : `…${lastColumns(safe, width - 1)}`;
}

/** The same, keeping both ends: a namespace and what tells one of its workloads from another. */
export function clipMiddle(text: string, width: number): string {
  const safe = dotControls(text);
  if (width <= 0) return '';
  if (columnsOf(safe) <= width) return safe;
  const end = Math.floor((width - 1) / 2);
  return `${firstColumns(safe, width - 1 - end)}…${lastColumns(safe, end)}`;
}

/** Whole words on rows of a width; what is longer than a row goes on in the next. */
export function wrap(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of dotControls(text).split(' ')) {
    if (row !== '' && columnsOf(row) + 1 + columnsOf(word) > width) {
      rows.push(row);
      row = '';
    }
    const pieces = inPieces(row === '' ? word : `${row} ${word}`, width);
    rows.push(...pieces.slice(0, -1));
    row = pieces.at(-1) ?? '';
  }
  return [...rows, row];
}
