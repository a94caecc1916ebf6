/** Cuts a source at the lines that separate documents, so that a broken one does not take its neighbours with it. */
import type { Source, Span } from '../text/index.ts';

/** badSeparator: where a line begins with `---` and goes on with something else than a comment. */
export type Chunk = Span & { readonly badSeparator?: number };

/** The texts between `---` lines. A chunk may still hold several documents (`...`), and a chunk keeps directives before its `---`. */
export function splitDocuments(source: Source): Chunk[] {
  const { text } = source;
  const chunks: Chunk[] = [];
  let start = 0;
  let lineStart = 0;
  let bad: { badSeparator?: number } = {};
  while (lineStart <= text.length) {
    if (text.startsWith('---', lineStart)) {
      if (!isSeparator(text, lineStart)) bad = { badSeparator: bad.badSeparator ?? lineStart };
      else if (lineStart > start && !onlyDirectives(text.slice(start, lineStart))) {
        chunks.push({ source, start: afterByteOrderMark(text, start), end: lineStart, ...bad });
        start = text.charAt(lineStart + 3) === '#' ? lineAfter(text, lineStart) : lineStart;
        bad = {};
      }
    }
    const next = text.indexOf('\n---', lineStart);
    if (next === -1) break;
    lineStart = next + 1;
  }
  if (start < text.length || chunks.length === 0)
    chunks.push({ source, start: afterByteOrderMark(text, start), end: text.length, ...bad });
  return chunks;
}

/** To YAML `---#` opens no document; the line is cut away. */
function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

/** Files pasted together may leave a byte order mark behind a separator; YAML allows one before each document. */
function afterByteOrderMark(text: string, start: number): number {
  if (!text.startsWith('---', start)) return start;
  const line = text.indexOf('\n', start) + 1;
  return line > 0 && text.charCodeAt(line) === 0xfeff ? line + 1 : start;
}

/** Blanks and a comment may follow the dashes on their line (apimachinery's YAMLReader). */
function isSeparator(text: string, at: number): boolean {
  let next = at + 3;
  while (' \t\r\v\f'.includes(text.charAt(next)) && next < text.length) next++;
  return next >= text.length || text.charAt(next) === '\n' || text.charAt(next) === '#';
}

/** `%YAML 1.1` and comments before the first separator belong to the document that it opens. */
function onlyDirectives(text: string): boolean {
  return (
    text.includes('%') &&
    text
      .split('\n')
      .every((line) => line.trim() === '' || line.startsWith('%') || line.startsWith('#'))
  );
}
