/**
 * Changes of YAML text that keep everything around them: comments, layout, quotes. Each gives null where the text is laid out in
 * a way that it cannot follow (an anchor's text, an item that spans a flow list over lines).
 */
import type { Edit } from '../diagnostic/index.ts';
import { type LineIndex, lineIndexOf, type Span } from '../text/index.ts';
import { entryOf, type ListNode, type MapNode, type ScalarNode, type YamlNode } from './node.ts';
import { writeFlowYaml } from './write-yaml.ts';

/** A text in place of a scalar; quotes stay where there are some. */
export function replaceScalar(node: ScalarNode, value: string): Edit | null {
  if (node.style === 'block') return null;
  const quote = node.source.text[node.start];
  if (node.style === 'quoted' && quote === "'" && /^[\x20-\x7e]*$/.test(value))
    return edit(node, `'${value.replaceAll("'", "''")}'`);
  if (node.style === 'quoted') return edit(node, JSON.stringify(value));
  return edit(node, writeFlowYaml(value));
}

/** `key: value` behind the entry `after` of a map, on a line of its own where the map is in block style. */
export function insertEntry(map: MapNode, after: string, key: string, value: string): Edit | null {
  const entry = entryOf(map, after);
  if (entry === undefined || entry.merged || entry.value.kind !== 'scalar') return null;
  if (map.flow) {
    const write = quoting(entry.keyNode);
    return insertion(entry.value, `, ${write(key)}: ${write(value)}`);
  }
  const written = `${writeFlowYaml(key)}: ${writeFlowYaml(value)}`;
  const index = lineIndexOf(map.source);
  const { line, column } = index.position(entry.keyNode.start);
  const last = index.position(entry.value.end).line;
  if (entry.value.style === 'block' || last !== line) return null;
  return lineBehind(index, entry.value, line, `${' '.repeat(column - 1)}${written}`);
}

/** A text as the last item of a list; the list is not empty. */
export function addItem(list: ListNode, value: string): Edit | null {
  const last = list.items.at(-1);
  if (last === undefined || last.kind !== 'scalar' || last.style === 'block') return null;
  if (list.flow) return insertion(last, `, ${quoting(last)(value)}`);
  const index = lineIndexOf(list.source);
  const { line } = index.position(last.end);
  const dash = dashOf(index, last);
  return dash === null
    ? null
    : lineBehind(index, last, line, `${dash.indent}- ${writeFlowYaml(value)}`);
}

/** An item of a block list to another place in it, with the comment lines above it. */
export function moveItem(list: ListNode, from: number, to: number): readonly Edit[] | null {
  if (list.flow || from === to) return null;
  const moved = blockOf(list, from);
  const target = blockOf(list, to);
  if (moved === null || target === null) return null;
  const { text } = list.source;
  const block = text.slice(moved.start, moved.end);
  const at = from < to ? target.end : target.start;
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  // The last item of a file may lack its line break.
  const whole = block.endsWith('\n') ? block : `${block}${lineBreak}`;
  const before = at > 0 && text[at - 1] !== '\n' ? lineBreak : '';
  return [
    { span: { source: list.source, start: at, end: at }, text: `${before}${whole}` },
    { span: moved, text: '' },
  ];
}

/** The lines of an item: comments right above it, to the line where the next item's begin. */
function blockOf(list: ListNode, index: number): Span | null {
  const start = firstLineOf(list, index);
  const lines = lineIndexOf(list.source);
  if (start === null) return null;
  const next = list.items[index + 1];
  if (next !== undefined) {
    const end = firstLineOf(list, index + 1);
    if (end === null) return null;
    return {
      source: list.source,
      start: lines.starts[start - 1] ?? 0,
      end: lines.starts[end - 1] ?? 0,
    };
  }
  const item = list.items[index];
  if (item === undefined) return null;
  const last = lines.position(lastOffset(item)).line;
  const end = lines.starts[last] ?? list.source.text.length;
  return { source: list.source, start: lines.starts[start - 1] ?? 0, end };
}

function firstLineOf(list: ListNode, index: number): number | null {
  const item = list.items[index];
  if (item === undefined) return null;
  const lines = lineIndexOf(list.source);
  const dash = dashOf(lines, item);
  if (dash === null) return null;
  let first = dash.line;
  while (first > 1 && isCommentOf(lines.line(first - 1), index, dash.indent)) first--;
  return first;
}

/** Above the first item a comment may also be about something else; what is indented like the item is its own. */
function isCommentOf(line: string, index: number, indent: string): boolean {
  return index > 0 ? line.trimStart().startsWith('#') : line.startsWith(`${indent}#`);
}

/** Beside a quoted text in flow style a text is quoted too, for it may all be JSON. */
function quoting({ style }: ScalarNode): (value: string) => string {
  return style === 'quoted' ? (value) => JSON.stringify(value) : writeFlowYaml;
}

/** Where the `-` of a block item stands; null where something else is before it on its line. */
function dashOf(index: LineIndex, item: YamlNode): { line: number; indent: string } | null {
  const { line } = index.position(item.start);
  const start = index.starts[line - 1] ?? 0;
  const match = /^(\s*)-\s+(?:[&!]\S*\s+)*$/.exec(item.source.text.slice(start, item.start));
  return match === null ? null : { line, indent: match[1] ?? '' };
}

/** Block collections may end behind line breaks that follow them. */
function lastOffset(node: YamlNode): number {
  const text = node.source.text.slice(node.start, node.end);
  return node.start + text.trimEnd().length;
}

/** A line behind the line on which `node` ends, comments on that line staying where they are. */
function lineBehind(index: LineIndex, node: YamlNode, line: number, written: string): Edit {
  const { source } = node;
  const next = index.starts[line];
  const lineBreak = source.text.includes('\r\n') ? '\r\n' : '\n';
  if (next === undefined) {
    const end = source.text.length;
    return { span: { source, start: end, end }, text: `${lineBreak}${written}` };
  }
  return { span: { source, start: next, end: next }, text: `${written}${lineBreak}` };
}

function edit(node: YamlNode, text: string): Edit {
  return { span: { source: node.source, start: node.start, end: node.end }, text };
}

function insertion(behind: YamlNode, text: string): Edit {
  return { span: { source: behind.source, start: behind.end, end: behind.end }, text };
}
