/** The fast parser's flow collections: `{a: 1}`, `[x, y]`, and JSON. */
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from '../node.ts';
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
  quote,
  startsOtherwise,
} from './characters.ts';
import { leave, maxDepth } from './leave.ts';
import { isRepeated, Scanner } from './scanner.ts';

export class FlowReader extends Scanner {
  /** Only where the root itself is a flow collection (JSON) may it run over lines: indentation then says nothing. */
  flowLines = false;

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
    if (first === dash && this.endsFlowKey(this.pos + 1)) leave();
    const { text, end } = this;
    const start = this.pos;
    let stop = start;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeList || code === closeMap) break;
      if (code === blank) continue;
      if (code === newline && this.endsAtBreak(at)) break;
      if (code === newline || code === openList || code === openMap || code === hash || isOdd(code))
        leave();
      if (code === colon && this.endsFlowKey(at + 1)) break;
      stop = at + 1;
    }
    this.pos = stop;
    if (text.charCodeAt(stop) === blank && this.flowBlank() === colon) leave();
    return this.plain(start, stop);
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
