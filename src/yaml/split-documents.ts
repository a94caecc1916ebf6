/** Cuts a source at the lines that separate documents, so that a broken one does not take its neighbours with it. */
import type { Source, Span } from '../text/index.ts';

/** The texts between `---` lines. A chunk may still hold several documents (`...`), and a chunk keeps directives before its `---`. */
export function splitDocuments(source: Source): Span[] {
  const { text } = source;
  const chunks: Span[] = [];
  let start = 0;
  let lineStart = 0;
  while (lineStart <= text.length) {
    if (isSeparator(text, lineStart) && lineStart > start) {
      if (!onlyDirectives(text.slice(start, lineStart))) {
        chunks.push({ source, start: afterByteOrderMark(text, start), end: lineStart });
        start = lineStart;
      }
    }
    const next = text.indexOf('\n', lineStart);
    if (next === -1) break;
    lineStart = next + 1;
  }
  if (start < text.length || chunks.length === 0)
    chunks.push({ source, start: afterByteOrderMark(text, start), end: text.length });
  return chunks;
}

/** Files pasted together may leave a byte order mark behind a separator; YAML allows one before each document. */
function afterByteOrderMark(text: string, start: number): number {
  if (!text.startsWith('---', start)) return start;
  const line = text.indexOf('\n', start) + 1;
  return line > 0 && text.charCodeAt(line) === 0xfeff ? line + 1 : start;
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || after === 32 || after === 9 || after === 10 || after === 13;
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
