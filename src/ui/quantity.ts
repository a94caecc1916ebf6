/** Numbers as a narrow column has room for them. */
import { dotControls } from '../report/index.ts';

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
  return safe.length <= width ? safe : `${safe.slice(0, width - 1)}…`;
}

/** The same, keeping the end: names differ there. */
export function clipStart(text: string, width: number): string {
  const safe = clip(text, Number.MAX_SAFE_INTEGER);
  if (width <= 0) return '';
  return safe.length <= width ? safe : `…${safe.slice(safe.length - width + 1)}`;
}

/** Whole words on rows of a width; what is longer than a row goes on in the next. */
export function wrap(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of clip(text, Number.MAX_SAFE_INTEGER).split(' ')) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = '';
    }
    row = row === '' ? word : `${row} ${word}`;
    for (; row.length > Math.max(1, width); row = row.slice(Math.max(1, width)))
      rows.push(row.slice(0, Math.max(1, width)));
  }
  return [...rows, row];
}
