/** The fast parser's block maps and lists, told apart by their columns. */
import type { ListNode, MapNode, ScalarNode, YamlNode } from '../node.ts';
import {
  apostrophe,
  blank,
  colon,
  hash,
  isOdd,
  newline,
  openList,
  openMap,
  quote,
  startsOtherwise,
} from './characters.ts';
import { FlowReader } from './flow-reader.ts';
import { leave, maxDepth } from './leave.ts';
import { WrittenEntry } from './written-entry.ts';

export class BlockReader extends FlowReader {
  /** keyEnd's last answer: the same place is asked about several times. */
  keyAt = -1;
  keyColon = -1;

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

  /** A map or list whose first line begins here, at this column. */
  block(column: number, depth: number): YamlNode {
    if (depth > maxDepth) leave();
    if (this.atDash()) return this.list(column, depth);
    return this.map(column, depth);
  }

  list(column: number, depth: number): ListNode {
    const start = this.pos;
    const base = this.itemTop;
    let last = start;
    for (;;) {
      this.pos++;
      const item = this.item(column, this.pos, depth);
      this.addItem(item);
      last = item.end;
      if (!this.nextContent()) break;
      const at = this.pos - this.lineStart;
      if (at > column) leave();
      if (at < column || !this.atDash()) break;
      if (this.atMarker('---')) leave();
    }
    const items = this.itemsFrom(base);
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
    const base = this.entryTop;
    let known: Set<string> | null = null;
    let last = start;
    for (;;) {
      const keyStart = this.pos;
      const colonAt = this.keyEnd();
      if (colonAt === -1) leave();
      const key = this.key(colonAt);
      known = this.newKey(base, key, known);
      this.pos = colonAt + 1;
      const value = this.value(column, depth);
      this.addEntry(new WrittenEntry(key, value, keyStart, colonAt));
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
      entries: this.entriesFrom(base),
      repeats: false,
      flow: false,
    };
  }

  key(colonAt: number): string {
    const first = this.text.charCodeAt(this.pos);
    return first === quote || first === apostrophe
      ? this.quotedText(first)
      : this.plainKey(this.pos, colonAt);
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
    const { text, end, careful } = this;
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
      if (careful && isOdd(code)) leave();
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
    const { text, end, careful } = this;
    const start = this.pos;
    let stop = start;
    let at = start;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === newline) break;
      if (code === blank) continue;
      if (code === hash && at > start && text.charCodeAt(at - 1) === blank) break;
      if (code === colon && this.isKeyColon(at)) leave();
      if (careful && isOdd(code)) leave();
      stop = at + 1;
    }
    this.pos = stop;
    return this.plain(start, stop);
  }
}
