/** The fast parser's flow collections: `{a: 1}`, `[x, y]`, and JSON. */
import type { ListNode, MapNode, ScalarNode, YamlNode } from '../node.ts';
import {
  apostrophe,
  blank,
  closeList,
  closeMap,
  colon,
  comma,
  dash,
  hash,
  isOdd,
  newline,
  openList,
  openMap,
  questionMark,
  quote,
  startsOtherwise,
} from './characters.ts';
import { leave, maxDepth } from './leave.ts';
import { Scanner } from './scanner.ts';
import { WrittenEntry } from './written-entry.ts';

/** Inside a plain scalar of a flow collection these are the full parser's: `?`, the beginnings of collections and comments, line ends. */
const leavesFlow = new Set([newline, openList, openMap, hash, questionMark]);

export class FlowReader extends Scanner {
  /** Only where the root itself is a flow collection (JSON) may it run over lines: indentation then says nothing. */
  flowLines = false;
  /** Where the last plain key ended. */
  keyStop = 0;

  flow(depth: number): YamlNode {
    if (depth > maxDepth) leave();
    return this.text.charCodeAt(this.pos) === openMap ? this.flowMap(depth) : this.flowList(depth);
  }

  flowList(depth: number): ListNode {
    const start = this.pos++;
    const base = this.itemTop;
    let code = this.flowBlank();
    while (code !== closeList) {
      this.addItem(this.flowValue(code, depth));
      code = this.flowBlank();
      if (code === comma) {
        this.pos++;
        code = this.flowBlank();
        if (code === closeList) leave();
      } else if (code !== closeList) leave();
    }
    this.pos++;
    const items = this.itemsFrom(base);
    return { source: this.source, start, end: this.pos, kind: 'list', items, flow: true };
  }

  flowMap(depth: number): MapNode {
    const start = this.pos++;
    const base = this.entryTop;
    let known: Set<string> | null = null;
    let code = this.flowBlank();
    while (code !== closeMap) {
      const keyStart = this.pos;
      const quotedKey = code === quote || code === apostrophe;
      const key = quotedKey ? this.quotedText(code) : this.flowKey(code);
      const keyEnd = quotedKey ? this.pos : this.keyStop;
      known = this.newKey(base, key, known);
      if (this.text.charCodeAt(this.pos) !== colon) leave();
      this.pos++;
      const adjacent = this.pos;
      code = this.flowBlank();
      if (adjacent === this.pos && !quotedKey) leave();
      if (code === comma || code === closeMap) leave();
      this.addEntry(new WrittenEntry(key, this.flowValue(code, depth), keyStart, keyEnd));
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
      entries: this.entriesFrom(base),
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
    const start = this.pos;
    return this.plain(start, this.flowStop(first));
  }

  flowKey(first: number): string {
    const start = this.pos;
    this.keyStop = this.flowStop(first);
    return this.plainKey(start, this.keyStop);
  }

  /** Where the plain scalar that begins here ends; moves behind it and its blanks. */
  flowStop(first: number): number {
    if (startsOtherwise.has(first) || this.atDash()) leave();
    if (first === dash && this.endsFlowKey(this.pos + 1)) leave();
    const { text, end } = this;
    let stop = this.pos;
    for (let at = stop; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeList || code === closeMap) break;
      if (code === blank) continue;
      if (this.endsHere(code, at)) break;
      stop = at + 1;
    }
    this.pos = stop;
    if (text.charCodeAt(stop) === blank && this.flowBlank() === colon) leave();
    return stop;
  }

  /** Does a plain scalar end at a character that is neither a blank nor one that ends every entry? */
  endsHere(code: number, at: number): boolean {
    if (code === newline) return this.endsAtBreak(at) || leave();
    if (leavesFlow.has(code) || (this.careful && isOdd(code))) leave();
    if (code !== colon || !this.endsFlowKey(at + 1)) return false;
    const next = this.text.charCodeAt(at + 1);
    // Before a bracket or comma the colon is part of the text: rare, and the full parser's.
    return next === blank || next === newline || leave();
  }

  /** A number or word at the end of a line, as JSON over lines has them; other text may go on on the next line. */
  endsAtBreak(lineEnd: number): boolean {
    if (!this.flowLines) return false;
    let code = newline;
    for (let at = lineEnd; at < this.end && (code === newline || code === blank); )
      code = this.text.charCodeAt(++at);
    return code === comma || code === closeList || code === closeMap;
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
