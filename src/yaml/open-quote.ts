/**
 * A text in quotes that ends with the file and not with its quote: the last one is escaped (`"say \"hi\"`), or one of a pair (`'it''`). The
 * `yaml` package looks at the last character only and takes it for the end.
 */

/** lexeme: of the package's lexer, which gives a text in quotes as a whole. */
export function isOpenQuote(lexeme: string): boolean {
  const inner = lexeme.slice(1);
  if (lexeme.startsWith('"'))
    return inner.endsWith('"') && trailing('\\', inner.slice(0, -1)) % 2 === 1;
  // Of those at the end all but the closing one are pairs.
  return lexeme.startsWith("'") && inner.endsWith("'") && trailing("'", inner) % 2 === 0;
}

function trailing(character: string, text: string): number {
  let count = 0;
  while (count < text.length && text.charAt(text.length - 1 - count) === character) count++;
  return count;
}
