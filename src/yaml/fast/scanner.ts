/** The fast parser's reading of lines, markers and scalars: what block and flow text share. */
import type { Source } from '../../text/index.ts';
import type { MapEntry, ScalarNode } from '../node.ts';
import { resolvePlainScalar } from '../plain-scalar.ts';
import { apostrophe, backslash, blank, dash, hash, isOdd, newline, quote } from './characters.ts';
import { leave } from './leave.ts';

/** One document. `pos` is the next character to read; `lineStart` the offset at which its line begins. */
export class Scanner {
  readonly source: Source;
  readonly text: string;
  readonly end: number;
  pos: number;
  lineStart: number;

  constructor(source: Source, start: number, end: number) {
    this.source = source;
    this.text = source.text;
    this.end = end;
    this.pos = start;
    this.lineStart = start;
  }

  /** Moves to the first character of the next line that holds more than blanks or a comment; false at the end. */
  nextContent(): boolean {
    const { text, end } = this;
    let at = this.pos;
    for (;;) {
      let code = text.charCodeAt(at);
      while (at < end && code === blank) code = text.charCodeAt(++at);
      if (at >= end) {
        this.pos = end;
        return false;
      }
      if (code === hash) {
        if (at !== this.lineStart && text.charCodeAt(at - 1) !== blank) leave();
        at = this.lineEnd(at);
        code = newline;
        if (at >= end) {
          this.pos = end;
          return false;
        }
      }
      if (code !== newline) {
        this.pos = at;
        if (at === this.lineStart && (code === 37 || code === 46 || code === dash))
          this.refuseMarkers(code);
        return true;
      }
      at++;
      this.lineStart = at;
    }
  }

  /** Directives and `...` are the full parser's; so is `---` anywhere but at the top. */
  refuseMarkers(code: number): void {
    if (code === 37) leave();
    if (code === 46 && this.text.startsWith('...', this.pos)) leave();
  }

  atMarker(marker: string): boolean {
    if (this.pos !== this.lineStart || !this.text.startsWith(marker, this.pos)) return false;
    const after = this.pos + marker.length;
    const code = this.text.charCodeAt(after);
    return after >= this.end || code === newline || code === blank;
  }

  lineEnd(from: number): number {
    const at = this.text.indexOf('\n', from);
    return at === -1 || at > this.end ? this.end : at;
  }

  /** Nothing but blanks and a comment may follow on this line; moves to its end. */
  endLine(): void {
    let code = this.text.charCodeAt(this.pos);
    const before = this.pos;
    while (this.pos < this.end && code === blank) code = this.text.charCodeAt(++this.pos);
    if (this.pos >= this.end || code === newline) return;
    if (code !== hash || this.pos === before) leave();
    this.pos = this.lineEnd(this.pos);
  }

  atDash(): boolean {
    if (this.text.charCodeAt(this.pos) !== dash) return false;
    const next = this.pos + 1;
    const code = this.text.charCodeAt(next);
    return next >= this.end || code === blank || code === newline;
  }

  plain(start: number, stop: number): ScalarNode {
    const text = this.text.slice(start, stop);
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) leave();
    return { source: this.source, start, end: stop, kind: 'scalar', value, style: 'plain', text };
  }

  /** The offset of the quote that closes the one at pos; escapes and line breaks inside are the full parser's. */
  closing(mark: number): number {
    const { text, end } = this;
    for (let at = this.pos + 1; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === mark) {
        if (mark === apostrophe && text.charCodeAt(at + 1) === apostrophe) at++;
        else return at;
      } else if (code === newline || isOdd(code) || (code === backslash && mark === quote)) leave();
    }
    return leave();
  }

  quoted(mark: number): ScalarNode {
    const start = this.pos;
    const close = this.closing(mark);
    this.pos = close + 1;
    const inner = this.text.slice(start + 1, close);
    const value = mark === apostrophe && inner.includes("''") ? inner.replaceAll("''", "'") : inner;
    return {
      source: this.source,
      start,
      end: close + 1,
      kind: 'scalar',
      value,
      style: 'quoted',
      text: value,
    };
  }

  oddKey(node: ScalarNode): void {
    if (node.text === '<<' || (typeof node.value === 'number' && !Number.isFinite(node.value)))
      leave();
  }
}

/** A map with more entries than this has its keys in a set. */
const smallMap = 32;
const keysOfLargeMaps = new WeakMap<readonly MapEntry[], Set<string>>();

/** Is the key that is about to be added to `entries` there already? Asked once for each key. */
export function isRepeated(entries: readonly MapEntry[], key: string): boolean {
  if (entries.length <= smallMap) {
    for (const entry of entries) if (entry.key === key) return true;
    return false;
  }
  const keys = keysOfLargeMaps.get(entries) ?? new Set(entries.map((entry) => entry.key));
  if (keys.has(key)) return true;
  keysOfLargeMaps.set(entries, keys.add(key));
  return false;
}
