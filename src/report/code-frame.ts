/** The lines around a place, the place underlined. */
import { endPositionOf, lineIndexOf, positionOf, type Span } from '../text/index.ts';
import { displayWidth } from './display-width.ts';
import { pictureControls } from './escape.ts';
import type { Paint, Role } from './paint.ts';

export type FrameLook = {
  readonly paint: Paint;
  readonly role: Role;
  /** `^` for the place itself, `-` for another one that belongs to it. */
  readonly mark: '^' | '-';
  /** Columns for line numbers, so that frames of one finding stand in line. */
  readonly gutter: number;
  readonly columns: number;
};

/** Columns that the line number of a span takes. */
export function gutterOf(spans: readonly Span[]): number {
  return Math.max(...spans.map((span) => String(positionOf(span).line).length));
}

/** One line before the place, its line, and the underline. A place over several lines is underlined on its first. */
export function codeFrame(span: Span, label: string, look: FrameLook): string[] {
  const { paint, gutter } = look;
  const index = lineIndexOf(span.source);
  const start = positionOf(span);
  const end = endPositionOf(span);
  const line = index.line(start.line);
  const last = end.line === start.line ? end.column : line.trimEnd().length + 1;
  const shown = clip(line, start.column - 1, Math.max(last - 1, start.column), look);
  const empty = paint('faint', `${' '.repeat(gutter)} |`);
  const numbered = (number: number, text: string): string =>
    `${paint('faint', `${String(number).padStart(gutter)} |`)}${text === '' ? '' : ` ${text}`}`;
  const before = index.line(start.line - 1);
  const lines = [empty];
  if (start.line > 1 && before.trim() !== '' && !before.startsWith('---'))
    lines.push(numbered(start.line - 1, clip(before, 0, 0, look).text));
  lines.push(numbered(start.line, shown.text));
  const marks = look.mark.repeat(Math.max(1, shown.width));
  const said = label === '' ? '' : ` ${label}`;
  lines.push(`${empty} ${' '.repeat(shown.indent)}${paint(look.role, `${marks}${said}`)}`);
  return lines;
}

/** Shows at most so much of a line as fits, the marked part within it. */
function clip(
  line: string,
  from: number,
  to: number,
  look: FrameLook,
): { text: string; indent: number; width: number } {
  const room = Math.max(40, Math.min(look.columns, 200) - look.gutter - 3);
  // Text that is far longer than the window is cut before its width is counted.
  const begin = to <= room ? 0 : Math.max(0, Math.min(from - 10, line.length - room));
  const cutStart = begin > 0 ? '…' : '';
  const window = line.slice(begin, begin + room - 2);
  const cutEnd = begin + window.length < line.length ? '…' : '';
  const picture = (text: string): string => pictureControls(text);
  const marked = window.slice(from - begin, to - begin);
  return {
    text: `${cutStart}${picture(window)}${cutEnd}`.trimEnd(),
    indent: displayWidth(cutStart + picture(window.slice(0, from - begin))),
    width: displayWidth(picture(marked)),
  };
}
