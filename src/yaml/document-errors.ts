/** What the `yaml` package finds wrong with a document, as people are told it, and how far Istio's reader reads at all. */
import type * as Yaml from 'yaml';
import {
  explainSyntax,
  indentedTooDeep,
  type Mistake,
  neverClosed,
  notYamlYet,
} from './explain-syntax.ts';

/** The first error is the one to mend; those behind it mostly follow from it. */
const maxErrors = 3;

/**
 * Istio's reader looks at nothing behind the bracket that closes a document, nor behind lines less indented than its first. text: of the
 * chunk, which offsets are of.
 */
export function endOfRead(
  { contents, errors }: Pick<Yaml.Document.Parsed, 'contents' | 'errors'>,
  text: string,
  lib: typeof Yaml,
): number {
  const everything = Number.POSITIVE_INFINITY;
  if (contents === null || !lib.isCollection(contents)) return everything;
  const [first] = errors;
  if (first === undefined || notYamlYet(text, first.pos[0]) !== undefined) return everything;
  const [start, end] = contents.range;
  if (contents.flow === true)
    return errors.some(({ message }) => saysUnclosed(message)) ? everything : end;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const next = /^[ \n]*?( *)[^ \n#]/m.exec(text.slice(end))?.[1] ?? '';
  return next.length < column ? end : everything;
}

/** Istio's reader takes a comment right behind a quote, bracket or comma for one. */
export function isToldInVain({ message }: Yaml.YAMLError): boolean {
  return message.startsWith('Comments must be separated');
}

/** contents: of the document that has the errors. */
export function mistakesOf(
  errors: readonly Yaml.YAMLError[],
  contents: Yaml.Node | null,
  text: string,
  lib: typeof Yaml,
): readonly Mistake[] {
  const [first] = errors;
  if (first === undefined) return [];
  const mistake = notYamlYet(text, first.pos[0]);
  if (mistake !== undefined) return [mistake];
  const mistakes = errors.slice(0, maxErrors).map((error) => {
    const open = saysUnclosed(error.message) ? openingOf(contents, text, lib) : undefined;
    if (open !== undefined)
      return { ...neverClosed(text.charAt(open)), start: open, end: open + 1 };
    const deep = joinsLines.has(error.code) ? indentedTooDeep(text, error.pos[0]) : undefined;
    if (deep !== undefined) return deep;
    const { message, help } = explainSyntax(error.code, error.message);
    return { message, help, start: error.pos[0], end: Math.max(...error.pos) };
  });
  return mistakes.filter(
    ({ start, message }, i) =>
      mistakes.findIndex((other) => other.start === start && other.message === message) === i,
  );
}

/** What is said where two lines are read as one key. */
const joinsLines: ReadonlySet<string> = new Set([
  'BLOCK_AS_IMPLICIT_KEY',
  'MULTILINE_IMPLICIT_KEY',
]);

const closing: { readonly [open: string]: string | undefined } = {
  '[': ']',
  '{': '}',
  '"': '"',
  "'": "'",
};

function saysUnclosed(message: string): boolean {
  return /^Flow (sequence|map) .*end with a [\]}]|^Missing closing ["']/i.test(message);
}

/** Where the innermost bracket or quote stands that is never closed. */
function openingOf(contents: Yaml.Node | null, text: string, lib: typeof Yaml): number | undefined {
  let found: number | undefined;
  if (contents === null) return undefined;
  lib.visit(contents, (_, node) => {
    if (!lib.isNode(node)) return;
    const [start = 0, end = 0] = node.range ?? [];
    const close = closing[text.charAt(start)];
    if (close !== undefined && (end - start < 2 || text.charAt(end - 1) !== close)) found = start;
  });
  return found;
}
