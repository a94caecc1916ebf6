/** Text to documents: the fast reader where it is sure of itself, the full one everywhere else. */
import type { Source, Span } from '../text/index.ts';
import type { YamlReader } from './compose-document.ts';
import { hasOdd } from './fast/characters.ts';
import { FastDocument } from './fast/fast-document.ts';
import { parseFast } from './fast/parse-fast.ts';
import { parseFully } from './full-parser.ts';
import type { YamlDocument } from './node.ts';
import { type Chunk, splitDocuments } from './split-documents.ts';
import { strayTab } from './stray-tab.ts';

/** All documents of a source, in order. Documents that hold nothing but comments or blanks are left out or have a null root and no problem. */
export function parseYaml(given: Source): YamlDocument[] {
  return [...documentsOf(given)];
}

/** Of a file that only tcpmesh reads: what Istio's reader alone refuses is fine there. */
export function parseOwnYaml(given: Source): YamlDocument[] {
  return [...documentsOf(given, 'tcpmesh')];
}

/** The same, each when it is asked for. */
export function* documentsOf(given: Source, reader: YamlReader = 'istio'): Generator<YamlDocument> {
  const careful = hasOdd(given.text);
  const odd = careful && oddCharacter.test(given.text);
  const source = odd ? withPlainBreaks(given) : given;
  const keys = new Map<string, string>();
  const tabs = careful && source.text.includes('\t');
  for (const span of splitDocuments(source)) {
    const forbidden = (odd ? forbiddenIn(span) : null) ?? badSeparatorIn(span);
    const root = odd ? null : parseFast(source, span.start, span.end, keys, careful);
    if (forbidden !== null) yield forbidden;
    else if (!odd && saysNothing(span)) yield { span, root: null, problems: [] };
    else {
      const read = root === null ? parseFully(span, reader) : new FastDocument(span, keys, root);
      yield tabs ? withoutStrayTab(read) : read;
    }
  }
}

/** Comments alone, or `null`, which YAML takes for the same. */
export function holdsNothing(document: YamlDocument): boolean {
  // The fast reader leaves such documents alone; to ask one of its own would be to read it again.
  if (document instanceof FastDocument || document.problems.length > 0) return false;
  const { root } = document;
  return root === null || (root.kind === 'scalar' && root.value === null);
}

function withoutStrayTab(document: YamlDocument): YamlDocument {
  const { span, root, problems } = document;
  if (root === null) return document;
  const unread = problems.find(({ kind }) => kind === 'unread');
  const tab = strayTab({ ...span, end: unread?.span.start ?? span.end }, root);
  return tab === null
    ? document
    : refused(
        span,
        tab,
        'a tab stands where YAML takes spaces only',
        'Replace the tab with spaces, or remove it.',
      );
}

function badSeparatorIn({ source, start, end, badSeparator }: Chunk): YamlDocument | null {
  if (badSeparator === undefined) return null;
  const line = source.text.indexOf('\n', badSeparator);
  return refused(
    { source, start, end },
    { source, start: badSeparator, end: line === -1 ? end : line },
    'a line that begins with --- may go on with a comment only',
    'Begin the document on the next line. Istio and kubectl stop at the file here.',
  );
}

function refused(span: Span, at: Span, message: string, help: string): YamlDocument {
  return {
    span,
    root: null,
    problems: [{ kind: 'syntax', message, help, span: at, related: [] }],
  };
}

/** Comments and blanks alone, which need no parser: a licence at the head of a file, a template that makes nothing. */
const nothing = /^(?:---(?=\s|$))?[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*$/;

function saysNothing({ source, start, end }: Span): boolean {
  // Most documents are told by their first letter, without a copy.
  const first = source.text.charCodeAt(start);
  const maybe = first === 45 || first === 35 || first <= 32 || start === end;
  return maybe && nothing.test(source.text.slice(start, end));
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for
const oddCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n)/;
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: they are what is looked for

/** To Istio's reader these end a line too, and with it a comment. Each is one unit, so that offsets stay what they are. */
function withPlainBreaks(source: Source): Source {
  return { name: source.name, text: source.text.replace(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n') };
}

/** A document with a control character is refused by Istio's reader, wherever it stands; null for others. */
function forbiddenIn(span: Span): YamlDocument | null {
  const { source } = span;
  const found = controlCharacter.exec(source.text.slice(span.start, span.end));
  if (found === null) return null;
  const start = span.start + found.index;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return refused(
    span,
    { source, start, end: start + 1 },
    `the control character U+${code} is not allowed in YAML`,
    'Remove it; in double quotes write an escape such as \\x07 instead. Is this a text file at all?',
  );
}
