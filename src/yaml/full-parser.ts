/**
 * The reference reader: the `yaml` package's documents turned into our nodes. Complete, positions exact, slow; parse-yaml.ts asks it
 * for whatever the fast parser leaves. Never throws; a document that cannot be read has problems and no root.
 */
import type * as Yaml from 'yaml';
import type { Span } from '../text/index.ts';
import {
  Composer,
  isNothing,
  maxDepth,
  TooDeep,
  tooDeep,
  type Unreadable,
  type YamlReader,
} from './compose-document.ts';
import { isToldInVain } from './document-errors.ts';
import { type Mistake, neverClosed } from './explain-syntax.ts';
import { joinColons } from './flow-colons.ts';
import { lenientLexer } from './less-indented.ts';
import { lostValueIn, mayLoseValues } from './lost-value.ts';
import type { YamlDocument } from './node.ts';
import { isOpenQuote } from './open-quote.ts';
import { refusedIn } from './refused-lexeme.ts';

/** The package is evaluated at its first use only: most files never need it, and start-up is what users feel first. */
const yaml = (): typeof Yaml => require('yaml');
declare const require: (name: 'yaml') => typeof Yaml;

/** This reader takes a second for 3 MB and much memory, so a larger document is refused. The fast one has no such limit. */
const maxLength = 4 * 1024 * 1024;

/**
 * The document of one chunk between `---` lines. Where `...` or a directive ends it before the chunk does, Istio and kubectl do not
 * read on (yaml.Unmarshal takes the first document), and neither is the rest a mistake.
 */
export function parseFully(chunk: Span, reader: YamlReader = 'istio'): YamlDocument {
  if (chunk.end - chunk.start > maxLength) return unreadable(chunk, tooLong);
  const text = chunk.source.text.slice(chunk.start, chunk.end);
  let documents: readonly Yaml.Document.Parsed[];
  try {
    documents = documentsIn(text, reader);
  } catch (error) {
    if (error instanceof Overlooked) return overlooked(chunk, error.mistake);
    if (error instanceof TooDeep) return unreadable(chunk, tooDeep);
    const message = error instanceof Error ? error.message : String(error);
    return unreadable(chunk, { kind: 'syntax', message, help: 'Mend the YAML here.' });
  }
  const early = endBeforeBeginning.exec(text)?.[0].length;
  if (early !== undefined) return unreadable({ ...chunk, start: chunk.start + early }, endsEarly);
  const [first, ...others] = documents;
  if (first === undefined) return { span: chunk, root: null, problems: [] };
  const next = others.find(({ contents }) => !isNothing(contents)) ?? others[0];
  return new Composer(yaml(), chunk, next, reader).compose(first);
}

/** Two readings of what is at an odd column: the one that gets further. */
function documentsIn(text: string, reader: YamlReader): readonly Yaml.Document.Parsed[] {
  const documents = unlessTooDeep(() => composed(text, new (yaml().Lexer)(), reader));
  const first = documents === null ? 0 : firstError(documents);
  const lexer = first === Number.POSITIVE_INFINITY ? undefined : lenientLexer(yaml());
  if (lexer !== undefined) {
    const lenient = composed(text, lexer, reader);
    if (documents === null || firstError(lenient) > first) return lenient;
  }
  if (documents === null) throw new TooDeep();
  return documents;
}

/** Null where nesting gets too deep, as it seems to where hundreds of lines in brackets are at an odd column. */
function unlessTooDeep<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** Where the first document goes wrong; infinite where it does not. */
function firstError([document]: readonly Yaml.Document.Parsed[]): number {
  const errors = document?.errors.filter((error) => !isToldInVain(error)) ?? [];
  return Math.min(...errors.map(({ pos }) => pos[0]));
}

function composed(
  text: string,
  lexer: Yaml.Lexer,
  reader: YamlReader,
): readonly Yaml.Document.Parsed[] {
  const options = { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' } as const;
  const composer = new (yaml().Composer)({ ...options, prettyErrors: false });
  return [...composer.compose(shallowTokens(text, lexer, reader))];
}

/** What parseAllDocuments feeds its composer, but it ends before nesting gets so deep that the composer's recursion could exhaust the stack. */
function* shallowTokens(
  text: string,
  lexer: Yaml.Lexer,
  reader: YamlReader,
): Generator<Yaml.CST.Token, void> {
  const parser = new (yaml().Parser)();
  const careful = mayLoseValues(text);
  let before = '';
  let offset = 0;
  for (const lexeme of joinColons(lexer.lex(text))) {
    if (before !== textFollows && isOpenQuote(lexeme))
      throw new Overlooked(openQuote(lexeme, text));
    if (before !== textFollows && reader === 'istio') {
      const refused = refusedIn(lexeme, offset);
      if (refused !== undefined) throw new Overlooked(refused);
    }
    before = lexeme;
    if (!marks.has(lexeme)) offset += lexeme.length;
    for (const token of parser.next(lexeme)) yield careful ? whole(token) : token;
    if (parser.stack.length > maxDepth + 5) throw new TooDeep();
  }
  for (const token of parser.end()) yield careful ? whole(token) : token;
}

/** The lexer's mark before a text that is not in quotes, whatever it begins with. */
const textFollows = '\u001f';
/** Its marks, which stand for no text: a document begins, a flow collection goes wrong, a text follows. */
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', textFollows]);

/** The package says nothing of it. */
class Overlooked extends Error {
  readonly mistake: Mistake;

  constructor(mistake: Mistake) {
    super();
    this.mistake = mistake;
  }
}

function whole(token: Yaml.CST.Token): Yaml.CST.Token {
  const lost = lostValueIn(token);
  if (lost !== undefined) throw new Overlooked(lostValue(lost));
  return token;
}

const lostValue = (start: number): Mistake => ({
  message: 'this list belongs to nothing: the key with ? before it has no colon',
  help: 'Write the key as `key:`, without the question mark.',
  start,
  end: start + 1,
});

/** What is never closed ends with the text. */
function openQuote(lexeme: string, text: string): Mistake {
  const start = text.length - lexeme.length;
  return { ...neverClosed(lexeme.charAt(0)), start, end: start + 1 };
}

function overlooked(chunk: Span, { message, help, start, end }: Mistake): YamlDocument {
  const span = { ...chunk, start: chunk.start + start, end: chunk.start + end };
  const problem = { kind: 'syntax', message, help, span, related: [] } as const;
  return { span: chunk, root: null, problems: [problem] };
}

const tooLong: Unreadable = {
  kind: 'limit',
  message: `this document is larger than ${maxLength / 1024 / 1024} MiB and has anchors, block texts, repeated keys or errors`,
  help: 'Split it into several documents, or write those in plain block style.',
};

/** A document that `...` ends before it has begun; `---` would have begun it. */
const endBeforeBeginning = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?=\.\.\.(?:\s|$))/;
const endsEarly: Unreadable = {
  kind: 'syntax',
  message: 'this ends a document that has not begun',
  help: 'Remove the line, or write --- to separate documents.',
};

function unreadable(chunk: Span, problem: Unreadable): YamlDocument {
  const span = { ...chunk, end: Math.min(chunk.end, chunk.start + 1) };
  return { span: chunk, root: null, problems: [{ ...problem, span, related: [] }] };
}
