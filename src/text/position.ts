/** Offsets to lines and columns. Lines are indexed once a source, and only when a place in it is shown. */
import type { Source, Span } from './source.ts';

/** line and column count from 1; a column is a UTF-16 unit. */
export type Position = { readonly line: number; readonly column: number };

/** The offsets at which the lines of one text begin. */
export class LineIndex {
  readonly starts: readonly number[];
  readonly text: string;

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.starts = starts;
    this.text = text;
  }

  /** The position of an offset; one beyond the text is taken as its end. */
  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }

  /** The text of a line (from 1) without its line break. */
  line(number: number): string {
    const start = this.starts[number - 1];
    if (start === undefined) return '';
    const next = this.starts[number];
    return this.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  }
}

const indexes = new WeakMap<Source, LineIndex>();

/** The line index of a source, made at its first use. */
export function lineIndexOf(source: Source): LineIndex {
  let index = indexes.get(source);
  if (index === undefined) {
    index = new LineIndex(source.text);
    indexes.set(source, index);
  }
  return index;
}

/** Where a span begins. */
export function positionOf(span: Span): Position {
  return lineIndexOf(span.source).position(span.start);
}

/** Where a span ends: the position just behind its last character. */
export function endPositionOf(span: Span): Position {
  return lineIndexOf(span.source).position(span.end);
}
