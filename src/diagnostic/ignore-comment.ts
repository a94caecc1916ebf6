/**
 * Comments that leave findings out: `# tcpmesh-ignore CODE, CODE: reason`. Behind a value it holds for its line, on a line
 * of its own for the next line that is no comment, above the first line of a document for all of it.
 */
import { lineIndexOf, type Source, type Span } from '../text/index.ts';

/** codes: as written, rule names allowed. from, to: the offsets between which a finding has to begin. */
export type IgnoreComment = {
  readonly codes: readonly string[];
  readonly reason: string;
  readonly span: Span;
  readonly from: number;
  readonly to: number;
};

/** `--- # …`: a comment for what begins there. */
const startsDocument = /^---\s+#/;
const word = 'tcpmesh-ignore';
const comment = /(^|\s)#\s*tcpmesh-ignore(?=[\s:,]|$)([^\n\r]*)/;

/** documents: the spans of the source's documents, in order. */
export function ignoreComments(source: Source, documents: readonly Span[]): IgnoreComment[] {
  if (!source.text.includes(word)) return [];
  const index = lineIndexOf(source);
  const comments: IgnoreComment[] = [];
  for (let number = 1; number <= index.starts.length; number++) {
    const line = index.line(number);
    const match = comment.exec(line);
    if (match === null) continue;
    const lineStart = index.starts[number - 1] ?? 0;
    const start = lineStart + match.index + (match[1]?.length ?? 0);
    const span = { source, start, end: lineStart + line.length };
    const reach =
      isAlone(line) || startsDocument.test(line)
        ? reachBelow(source, number, span, documents)
        : { from: lineStart, to: lineStart + line.length };
    comments.push({ ...said(match[2] ?? ''), span, ...reach });
  }
  return comments;
}

/** ` IST0101, unknown-host: reason` */
function said(text: string): { codes: readonly string[]; reason: string } {
  const colon = text.indexOf(':');
  const list = colon === -1 ? text : text.slice(0, colon);
  const codes = list.split(/[\s,]+/).filter((code) => code !== '');
  return { codes, reason: colon === -1 ? '' : text.slice(colon + 1).trim() };
}

function isAlone(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** The next line that says something, or the whole document where nothing of it was said before. */
function reachBelow(
  source: Source,
  number: number,
  comment: Span,
  documents: readonly Span[],
): { from: number; to: number } {
  const document = documents.find(({ start, end }) => start <= comment.start && comment.end <= end);
  if (document !== undefined && saysNothing(source.text.slice(document.start, comment.start)))
    return { from: document.start, to: document.end };
  const index = lineIndexOf(source);
  for (let below = number + 1; below <= index.starts.length; below++) {
    const line = index.line(below);
    if (line.trim() === '' || isAlone(line)) continue;
    const from = index.starts[below - 1] ?? 0;
    return { from, to: from + line.length };
  }
  return { from: comment.end, to: comment.end };
}

function saysNothing(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#.*)?$|^---\s*(#.*)?$|^%/.test(line));
}
