/** The fast parser's reading of lines, markers and scalars: what block and flow text share. */
import type { Source } from '../../text/index.ts';
import type { MapEntry, ScalarNode, YamlNode } from '../node.ts';
import { resolvePlainScalar } from '../plain-scalar.ts';
import { apostrophe, backslash, blank, dash, hash, isOdd, newline, quote } from './characters.ts';
import { leave } from './leave.ts';

/** A map with more entries than this has its keys in a set. */
const smallMap = 32;

/** One document. `pos` is the next character to read; `lineStart` the offset at which its line begins. */
export class Scanner {
  readonly source: Source;
  readonly text: string;
  readonly end: number;
  readonly keys: Map<string, string>;
  readonly careful: boolean;
  pos: number;
  lineStart: number;
  /** What the maps and lists that are open have so far, one behind the other: arrays that grow on their own would keep room for more. */
  readonly entries: MapEntry[] = [];
  readonly items: YamlNode[] = [];
  entryTop = 0;
  itemTop = 0;

  constructor(
    source: Source,
    start: number,
    end: number,
    keys: Map<string, string>,
    careful: boolean,
  ) {
    this.source = source;
    this.careful = careful;
    this.keys = keys;
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
    const { text, end, careful } = this;
    for (let at = this.pos + 1; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === mark) {
        if (mark === apostrophe && text.charCodeAt(at + 1) === apostrophe) at++;
        else return at;
      } else if (code === newline || (code === backslash && mark === quote)) leave();
      else if (careful && isOdd(code)) leave();
    }
    return leave();
  }

  /** The text within the quotes that open at pos; moves behind them. */
  quotedText(mark: number): string {
    const start = this.pos + 1;
    const close = this.closing(mark);
    this.pos = close + 1;
    const inner = this.text.slice(start, close);
    return mark === apostrophe && inner.includes("''") ? inner.replaceAll("''", "'") : inner;
  }

  quoted(mark: number): ScalarNode {
    const { source, pos: start } = this;
    const text = this.quotedText(mark);
    return { source, start, end: this.pos, kind: 'scalar', value: text, style: 'quoted', text };
  }

  /** A plain key as Istio reads it: a string of whatever it is. */
  plainKey(start: number, stop: number): string {
    const text = this.text.slice(start, stop);
    const value = resolvePlainScalar(text);
    if (typeof value === 'string' && value !== '<<') return this.same(value);
    if (typeof value !== 'boolean' && !Number.isFinite(value)) leave();
    return String(value);
  }

  /** One string for every key that reads the same: a file repeats a few names thousands of times. */
  same(key: string): string {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.keys.set(key, key);
    return key;
  }

  addEntry(entry: MapEntry): void {
    this.entries[this.entryTop++] = entry;
  }

  /** Ends the map whose first entry was put at `base`. */
  entriesFrom(base: number): MapEntry[] {
    const own = this.entries.slice(base, this.entryTop);
    this.entryTop = base;
    return own;
  }

  addItem(item: YamlNode): void {
    this.items[this.itemTop++] = item;
  }

  itemsFrom(base: number): YamlNode[] {
    const own = this.items.slice(base, this.itemTop);
    this.itemTop = base;
    return own;
  }

  /** Leaves where the map from `base` has this key already. A large map has its keys in a set: given on from one call to the next. */
  newKey(base: number, key: string, known: Set<string> | null): Set<string> | null {
    if (known?.has(key)) leave();
    if (known !== null) return known.add(key);
    const large = this.entryTop - base >= smallMap;
    const keys = large ? new Set([key]) : null;
    for (let i = base; i < this.entryTop; i++) {
      const other = this.entries[i]?.key;
      if (other === key) leave();
      if (other !== undefined) keys?.add(other);
    }
    return keys;
  }
}
