/**
 * Reads the plain everyday subset of YAML at many times the speed of the full parser: block maps and lists, single-line plain and
 * quoted scalars, flow collections, comments. Whatever it is not sure of (anchors, tags, block scalars, multi-line text, tabs,
 * repeated keys, anything wrong) it leaves to the full parser: it gives the same tree or none. test/yaml holds both against each other.
 */
import type { Source } from '../text/index.ts';
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from './node.ts';
import { resolvePlainScalar } from './plain-scalar.ts';

/** Deeper documents are the full parser's to judge. */
const maxDepth = 60;

const newline = 10;
const blank = 32;
const quote = 34;
const hash = 35;
const apostrophe = 39;
const comma = 44;
const dash = 45;
const colon = 58;
const openList = 91;
const backslash = 92;
const closeList = 93;
const openMap = 123;
const closeMap = 125;

/** Thrown inside, never out: this document is not of the subset. */
const beyond = new Error('not in the fast subset');

function leave(): never {
  throw beyond;
}

/** The tree of the one document in source.text[start, end), or null where the full parser must look. */
export function parseFast(source: Source, start: number, end: number): YamlNode | null {
  try {
    return new FastParser(source, start, end).document();
  } catch (error) {
    if (error === beyond) return null;
    throw error;
  }
}

/** Characters that may not begin a plain scalar or key here. `-` and `.` are looked at where they matter. */
const startsOtherwise = new Set(
  [...'?:,[]{}#&*!|>\'"%@`'].map((character) => character.charCodeAt(0)),
);

/** One document. `pos` is the next character to read; `lineStart` the offset at which its line begins. */
class FastParser {
  readonly source: Source;
  readonly text: string;
  readonly end: number;
  pos: number;
  lineStart: number;
  /** Only where the root itself is a flow collection (JSON) may it run over lines: indentation then says nothing. */
  flowLines = false;
  /** keyEnd's last answer: the same place is asked about several times. */
  keyAt = -1;
  keyColon = -1;

  constructor(source: Source, start: number, end: number) {
    this.source = source;
    this.text = source.text;
    this.end = end;
    this.pos = start;
    this.lineStart = start;
  }

  document(): YamlNode {
    if (!this.nextContent()) leave();
    if (this.atMarker('---')) {
      this.pos += 3;
      this.endLine();
      if (!this.nextContent()) leave();
    }
    const first = this.text.charCodeAt(this.pos);
    let root: YamlNode;
    if (first === openMap || first === openList) {
      this.flowLines = true;
      root = this.flow(0);
      this.endLine();
    } else {
      root = this.block(this.pos - this.lineStart, 0);
    }
    if (this.nextContent()) leave();
    return root;
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

  /** A map or list whose first line begins here, at this column. */
  block(column: number, depth: number): YamlNode {
    if (depth > maxDepth) leave();
    if (this.atDash()) return this.list(column, depth);
    return this.map(column, depth);
  }

  atDash(): boolean {
    if (this.text.charCodeAt(this.pos) !== dash) return false;
    const next = this.pos + 1;
    const code = this.text.charCodeAt(next);
    return next >= this.end || code === blank || code === newline;
  }

  list(column: number, depth: number): ListNode {
    const start = this.pos;
    const items: YamlNode[] = [];
    let last = start;
    for (;;) {
      this.pos++;
      const item = this.item(column, this.pos, depth);
      items.push(item);
      last = item.end;
      if (!this.nextContent()) break;
      const at = this.pos - this.lineStart;
      if (at > column) leave();
      if (at < column || !this.atDash()) break;
      if (this.atMarker('---')) leave();
    }
    return { source: this.source, start, end: last, kind: 'list', items, flow: false };
  }

  /** What stands behind a dash: on its line, on the next lines, or nothing. */
  item(column: number, afterDash: number, depth: number): YamlNode {
    let code = this.text.charCodeAt(this.pos);
    while (this.pos < this.end && code === blank) code = this.text.charCodeAt(++this.pos);
    if (this.pos >= this.end || code === newline) {
      if (this.pos !== afterDash) leave();
      return this.nested(column, afterDash, depth, false);
    }
    if (code === hash) leave();
    const inner = this.pos - this.lineStart;
    if (this.atDash() || this.keyEnd() !== -1) return this.block(inner, depth + 1);
    return this.inline(depth);
  }

  map(column: number, depth: number): MapNode {
    const start = this.pos;
    const entries: MapEntry[] = [];
    let last = start;
    for (;;) {
      const keyNode = this.key();
      const key = String(keyNode.value);
      if (isRepeated(entries, key)) leave();
      const value = this.value(column, depth);
      entries.push({ key, keyNode, value, merged: false });
      last = value.end;
      if (!this.nextContent()) break;
      const at = this.pos - this.lineStart;
      if (at > column) leave();
      if (at < column) break;
      if (this.atDash()) break;
      if (this.atMarker('---')) leave();
    }
    return {
      source: this.source,
      start,
      end: last,
      kind: 'map',
      entries,
      repeats: false,
      flow: false,
    };
  }

  /** A key and its colon; leaves pos behind the colon. */
  key(): ScalarNode {
    const start = this.pos;
    const keyEnd = this.keyEnd();
    if (keyEnd === -1) leave();
    const code = this.text.charCodeAt(start);
    let node: ScalarNode;
    if (code === quote || code === apostrophe) {
      node = this.quoted(code);
    } else {
      node = this.plain(start, keyEnd);
      if (node.value === null || node.text === '<<' || typeof node.value === 'number')
        this.oddKey(node);
    }
    if (node.value === null) leave();
    this.pos = keyEnd + 1;
    return node;
  }

  oddKey(node: ScalarNode): void {
    if (node.text === '<<' || (typeof node.value === 'number' && !Number.isFinite(node.value)))
      leave();
  }

  /** The offset of the colon that makes what stands here a key, or -1. pos stays. */
  keyEnd(): number {
    if (this.keyAt !== this.pos) {
      this.keyAt = this.pos;
      this.keyColon = this.findKeyEnd();
    }
    return this.keyColon;
  }

  findKeyEnd(): number {
    const { text, end } = this;
    const first = text.charCodeAt(this.pos);
    let at = this.pos;
    if (first === quote || first === apostrophe) {
      at = this.closing(first) + 1;
      return this.isKeyColon(at) ? at : -1;
    }
    if (startsOtherwise.has(first)) return -1;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === newline) return -1;
      if (code === colon && this.isKeyColon(at)) {
        if (text.charCodeAt(at - 1) === blank || at - this.pos > 1000) leave();
        return at;
      }
      if (code === hash && text.charCodeAt(at - 1) === blank) return -1;
      if (isOdd(code)) leave();
    }
    return -1;
  }

  isKeyColon(at: number): boolean {
    if (at >= this.end || this.text.charCodeAt(at) !== colon) return false;
    const next = this.text.charCodeAt(at + 1);
    return at + 1 >= this.end || next === blank || next === newline;
  }

  /** What stands behind a key's colon. */
  value(column: number, depth: number): YamlNode {
    const afterColon = this.pos;
    let code = this.text.charCodeAt(this.pos);
    while (this.pos < this.end && code === blank) code = this.text.charCodeAt(++this.pos);
    if (this.pos < this.end && code !== newline && code !== hash) {
      // `key: - item` and `key: other: value` are errors: inline() leaves at what follows.
      if (this.atDash()) leave();
      return this.inline(depth);
    }
    const clean = this.pos === afterColon;
    if (code === hash) this.endLine();
    return this.nested(column, clean ? afterColon : -1, depth, true);
  }

  /** A block on the following lines, deeper than column (a list may stand at a key's own column); or nothing: null at `absent`. */
  nested(column: number, absent: number, depth: number, afterKey: boolean): YamlNode {
    const line = this.lineStart;
    const before = this.pos;
    if (this.nextContent()) {
      const at = this.pos - this.lineStart;
      if (this.atMarker('---')) leave();
      if (at > column) {
        if (!this.atDash() && this.keyEnd() === -1) return this.inline(depth);
        return this.block(at, depth + 1);
      }
      if (afterKey && at === column && this.atDash()) return this.list(at, depth + 1);
    }
    if (absent === -1) leave();
    this.pos = before;
    this.lineStart = line;
    return {
      source: this.source,
      start: absent,
      end: absent,
      kind: 'scalar',
      value: null,
      style: 'plain',
      text: '',
    };
  }

  /** A scalar or flow collection that ends on its line. */
  inline(depth: number): YamlNode {
    const code = this.text.charCodeAt(this.pos);
    let node: YamlNode;
    if (code === openMap || code === openList) node = this.flow(depth + 1);
    else if (code === quote || code === apostrophe) node = this.quoted(code);
    else node = this.plainLine(code);
    this.endLine();
    return node;
  }

  plainLine(first: number): ScalarNode {
    if (startsOtherwise.has(first)) leave();
    const { text, end } = this;
    const start = this.pos;
    let stop = start;
    let at = start;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === newline) break;
      if (code === blank) continue;
      if (code === hash && at > start && text.charCodeAt(at - 1) === blank) break;
      if (code === colon && this.isKeyColon(at)) leave();
      if (isOdd(code)) leave();
      stop = at + 1;
    }
    this.pos = stop;
    return this.plain(start, stop);
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

  flow(depth: number): YamlNode {
    if (depth > maxDepth) leave();
    return this.text.charCodeAt(this.pos) === openMap ? this.flowMap(depth) : this.flowList(depth);
  }

  flowList(depth: number): ListNode {
    const start = this.pos++;
    const items: YamlNode[] = [];
    let code = this.flowBlank();
    while (code !== closeList) {
      items.push(this.flowValue(code, depth));
      code = this.flowBlank();
      if (code === comma) {
        this.pos++;
        code = this.flowBlank();
        if (code === closeList) leave();
      } else if (code !== closeList) leave();
    }
    this.pos++;
    return { source: this.source, start, end: this.pos, kind: 'list', items, flow: true };
  }

  flowMap(depth: number): MapNode {
    const start = this.pos++;
    const entries: MapEntry[] = [];
    let code = this.flowBlank();
    while (code !== closeMap) {
      const quotedKey = code === quote || code === apostrophe;
      const keyNode = quotedKey ? this.quoted(code) : this.flowPlain(code);
      if (keyNode.value === null) leave();
      this.oddKey(keyNode);
      const key = String(keyNode.value);
      if (isRepeated(entries, key)) leave();
      if (this.text.charCodeAt(this.pos) !== colon) leave();
      this.pos++;
      const adjacent = this.pos;
      code = this.flowBlank();
      if (adjacent === this.pos && !quotedKey) leave();
      if (code === comma || code === closeMap) leave();
      entries.push({ key, keyNode, value: this.flowValue(code, depth), merged: false });
      code = this.flowBlank();
      if (code === comma) {
        this.pos++;
        code = this.flowBlank();
        if (code === closeMap) leave();
      } else if (code !== closeMap) leave();
    }
    this.pos++;
    return {
      source: this.source,
      start,
      end: this.pos,
      kind: 'map',
      entries,
      repeats: false,
      flow: true,
    };
  }

  flowValue(code: number, depth: number): YamlNode {
    if (code === openMap || code === openList) return this.flow(depth + 1);
    const node = code === quote || code === apostrophe ? this.quoted(code) : this.flowPlain(code);
    // `[a: b]` is a map of one pair inside the list: rare, and the full parser's.
    if (this.text.charCodeAt(this.pos) === colon) leave();
    return node;
  }

  /** Blanks (and line breaks where the root is a flow collection); the next character. */
  flowBlank(): number {
    const { text, end } = this;
    for (; this.pos < end; this.pos++) {
      const code = text.charCodeAt(this.pos);
      if (code === blank) continue;
      if (code === newline && this.flowLines) {
        this.lineStart = this.pos + 1;
        if (
          this.text.startsWith('---', this.lineStart) ||
          this.text.startsWith('...', this.lineStart)
        )
          leave();
        continue;
      }
      if (code === newline || code === hash) leave();
      return code;
    }
    return leave();
  }

  flowPlain(first: number): ScalarNode {
    if (startsOtherwise.has(first) || this.atDash()) leave();
    const { text, end } = this;
    const start = this.pos;
    let stop = start;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeList || code === closeMap) break;
      if (code === blank) continue;
      if (code === newline || code === openList || code === openMap || code === hash || isOdd(code))
        leave();
      if (code === colon && this.endsFlowKey(at + 1)) break;
      stop = at + 1;
    }
    this.pos = stop;
    if (text.charCodeAt(stop) === blank && this.flowBlank() === colon) leave();
    return this.plain(start, stop);
  }

  endsFlowKey(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return (
      code === blank ||
      code === newline ||
      code === comma ||
      code === closeList ||
      code === closeMap ||
      code === openList ||
      code === openMap
    );
  }
}

/** Maps are small; a set is made only for the large ones. */
function isRepeated(entries: readonly MapEntry[], key: string): boolean {
  // Large maps would make this quadratic: the full parser keeps a table.
  if (entries.length > 64) leave();
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

/** Control characters, a tab, a carriage return, a byte order mark: the full parser knows what they are worth. */
function isOdd(code: number): boolean {
  return (
    code < blank ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff ||
    (code >= 0xd800 && code <= 0xdfff)
  );
}
