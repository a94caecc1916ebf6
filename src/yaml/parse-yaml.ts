/** Text to documents: the fast reader where it is sure of itself, the full one everywhere else. */
import type { Source, Span } from '../text/index.ts';
import { parseFast } from './fast/parse-fast.ts';
import { parseFully } from './full-parser.ts';
import type { YamlDocument } from './node.ts';
import { splitDocuments } from './split-documents.ts';

/** All documents of a source, in order. Documents that hold nothing but comments or blanks are left out or have a null root and no problem. */
export function parseYaml(given: Source): YamlDocument[] {
  const odd = oddCharacter.test(given.text);
  const source = odd ? withPlainBreaks(given) : given;
  const documents: YamlDocument[] = [];
  const keys = new Map<string, string>();
  for (const span of splitDocuments(source)) {
    const forbidden = odd ? forbiddenIn(span) : null;
    const root = odd ? null : parseFast(source, span.start, span.end, keys);
    if (forbidden !== null) documents.push(forbidden);
    else if (!odd && saysNothing(span)) documents.push({ span, root: null, problems: [] });
    else if (root !== null) documents.push({ span, root, problems: [] });
    else documents.push(...parseFully(span));
  }
  return documents;
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
  return {
    span,
    root: null,
    problems: [
      {
        kind: 'syntax',
        message: `the control character U+${code} is not allowed in YAML`,
        help: 'Remove it; in double quotes write an escape such as \\x07 instead. Is this a text file at all?',
        span: { source, start, end: start + 1 },
        related: [],
      },
    ],
  };
}
