/**
 * Tabs that Istio's reader (libyaml's rules) refuses and the `yaml` package takes: in lines that hold nothing, or nothing but a comment,
 * and behind a `-`. In flow collections, in texts, and between a key and its value they are fine.
 */
import type { Span } from '../text/index.ts';
import type { YamlNode } from './node.ts';

/** Lines of blanks with a tab among them, and dashes that a tab follows; where a text has none, nothing has to be looked for. */
const suspicious = /(?:^|\n)(?: *\t[ \t]*(?:#[^\n]*)?(?=\r?\n|$)|[ \t-]*- *\t)/;
const emptyLine = /^( *)\t[ \t]*(#.*)?$/;
const dash = /^(?: *-(?= ))* *- *\t/;

/** The first tab that refuses the document; null where there is none. root: what the chunk was read as. */
export function strayTab(chunk: Span, root: YamlNode): Span | null {
  const { source } = chunk;
  const text = source.text.slice(chunk.start, chunk.end);
  if (!suspicious.test(text)) return null;
  const texts: Covered[] = [];
  gather(root, -1, texts);
  let start = chunk.start;
  for (const line of text.split('\n')) {
    const shown = line.endsWith('\r') ? line.slice(0, -1) : line;
    const at = start + shown.indexOf('\t');
    if (at >= start && isStray(shown, at, start, texts)) return { source, start: at, end: at + 1 };
    start += line.length + 1;
  }
  return null;
}

/** indent: a tab at this column or right of it is part of the node; 0 where any is. plain: up to the next line that is not empty. */
type Covered = { readonly start: number; readonly end: number; readonly indent: number };

function isStray(line: string, tab: number, start: number, texts: readonly Covered[]): boolean {
  if (!emptyLine.test(line) && !dash.test(line)) return false;
  const around = texts.find((node) => node.start < start && tab < node.end);
  return around === undefined || tab - start < around.indent;
}

/** parent: the column of the block collection around. */
function gather(node: YamlNode, parent: number, into: Covered[]): void {
  const { start, end, source } = node;
  if (node.kind === 'scalar') {
    if (node.style === 'quoted') into.push({ start, end, indent: 0 });
    else if (node.style === 'block') into.push({ start, end, indent: contentIndent(node) });
    else if (end > start) into.push({ start, end: behindBlanks(node), indent: parent + 1 });
    return;
  }
  if (node.flow) {
    into.push({ start, end, indent: 0 });
    return;
  }
  const column = start - (source.text.lastIndexOf('\n', start - 1) + 1);
  if (node.kind === 'list') for (const item of node.items) gather(item, column, into);
  else
    for (const { keyNode, value, merged } of node.entries) {
      if (merged) continue;
      gather(keyNode, column, into);
      gather(value, column, into);
    }
}

/** A plain text reaches over the empty lines behind it, up to the next thing. */
function behindBlanks({ source, end }: Span): number {
  let at = end;
  while (at < source.text.length && ' \t\r\n'.includes(source.text.charAt(at))) at++;
  return at;
}

/** The column of the first line of a block text that holds anything. */
function contentIndent({ source, start, end }: Span): number {
  const lines = source.text.slice(start, end).split('\n').slice(1);
  const first = lines.find((line) => line.trim() !== '');
  return first === undefined ? 0 : first.length - first.trimStart().length;
}
