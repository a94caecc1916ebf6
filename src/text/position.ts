/** Offsets to lines and columns. Lines are indexed once a source, and only when a place in it is shown. */
import type { Source, Span } from './source.ts';

/** line and column count from 1; a column is a UTF-16 unit. */
export type Position = { readonly line: number; readonly column: number };

/** The offsets at which the lines of one text begin, found as far as somebody asked. */
export class LineIndex {
  readonly text: string;
  readonly #starts: number[] = [0];
  #complete = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Of all lines. */
  get starts(): readonly number[] {
    this.#findUpTo(this.text.length);
    return this.#starts;
  }

  #findUpTo(offset: number): void {
    const starts = this.#starts;
    while (!this.#complete && (starts.at(-1) ?? 0) <= offset) {
      const next = this.text.indexOf('\n', starts.at(-1));
      if (next === -1) this.#complete = true;
      else starts.push(next + 1);
    }
  }

  /** The position of an offset; one beyond the text is taken as its end. */
  position(offset: number): Position {
    this.#findUpTo(offset);
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** The text of a line (from 1) without its line break. */
  line(number: number): string {
    while (!this.#complete && this.#starts.length < number)
      this.#findUpTo(this.#starts.at(-1) ?? 0);
    const start = this.#starts[number - 1];
    if (start === undefined) return '';
    const next = this.text.indexOf('\n', start);
    return this.text.slice(start, next === -1 ? undefined : next).replace(/\r$/, '');
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

/** Where a span begins, as compilers write it: `file:line:column`. */
export function locationOf(span: Span): string {
  const { line, column } = positionOf(span);
  return `${span.source.name}:${line}:${column}`;
}

/** Where a span ends: the position just behind its last character. */
export function endPositionOf(span: Span): Position {
  return lineIndexOf(span.source).position(span.end);
}
