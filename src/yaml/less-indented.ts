/**
 * Where a text in quotes or what stands in brackets goes on at a column that is left of what surrounds it: Istio's reader does not mind
 * (go-yaml's scanner looks at columns outside of both alone), and so Helm's toPrettyJson may fill in JSON at any place. The `yaml`
 * package does.
 */
import type * as Yaml from 'yaml';

/** Of the package's lexer, by its own names, which its types do not show. */
type Inside = {
  indentNext: number;
  parseFlowCollection(): Generator<string, unknown>;
  parseQuotedScalar(): Generator<string, unknown>;
};

/** A lexer that takes such lines; undefined where the package has changed inside. */
export function lenientLexer({ Lexer }: typeof Yaml): Yaml.Lexer | undefined {
  const lexer = new Lexer();
  const inside = lexer as unknown as Partial<Inside>;
  const { parseFlowCollection, parseQuotedScalar, indentNext } = inside;
  if (parseFlowCollection === undefined || parseQuotedScalar === undefined) return undefined;
  if (typeof indentNext !== 'number') return undefined;
  inside.parseFlowCollection = () => atAnyColumn(inside, parseFlowCollection.call(lexer));
  inside.parseQuotedScalar = () => atAnyColumn(inside, parseQuotedScalar.call(lexer));
  return lexer;
}

function* atAnyColumn(
  inside: Partial<Inside>,
  lexemes: Generator<string, unknown>,
): Generator<string, unknown> {
  const wanted = inside.indentNext;
  inside.indentNext = 0;
  const next = yield* lexemes;
  if (wanted !== undefined) inside.indentNext = wanted;
  return next;
}
