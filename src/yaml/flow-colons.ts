/**
 * Colons inside `[…]` and `{…}` as Istio's reader has them (`go-yaml scannerc.go`), where it goes its own way: one that stands right
 * before a bracket or comma belongs to the text before it (`[fd00::]`), and none may begin a text (`[::1]`). So with question marks.
 */
import type * as Yaml from 'yaml';

/** What the package's lexer puts before a plain scalar or the text of a block. */
const scalarFollows = '\x1f';
const endsInFlow = new Set([',', '[', ']', '{', '}']);

/** The lexemes with such colons joined to the plain scalar before them. */
export function* joinColons(lexemes: Iterable<string>): Generator<string, void> {
  let held: string[] = [];
  let marked = false;
  for (const lexeme of lexemes) {
    const text: boolean = marked;
    marked = lexeme === scalarFollows && !text;
    if (isColonBehind(held, lexeme)) held.push(lexeme);
    else {
      if (held.length > 1 && endsInFlow.has(lexeme)) yield `${held[0]}:`;
      else yield* held;
      held = text ? [lexeme] : [];
      if (!text) yield lexeme;
    }
  }
  yield* held;
}

/** held: a plain scalar and what has followed it. Before a comma the package puts an empty value behind the colon. */
function isColonBehind(held: readonly string[], lexeme: string): boolean {
  const expected = [undefined, ':', scalarFollows, ''][held.length];
  return expected !== undefined && lexeme === expected;
}

/** What Istio's reader cannot read in a flow collection without quotes: a colon that begins a value, a question mark inside. */
const needsQuotes = /^:|.\?/s;

export function wantsQuotes(value: Yaml.Node | null): boolean {
  return (
    value !== null &&
    'type' in value &&
    value.type === 'PLAIN' &&
    'source' in value &&
    typeof value.source === 'string' &&
    needsQuotes.test(value.source)
  );
}
