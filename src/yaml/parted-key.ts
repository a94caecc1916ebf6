/**
 * A key inside `{…}` or `[…]` that is not on one line with its colon. The `yaml` package takes it; to Istio's reader it is a value, and
 * the colon stands where a comma belongs (`go-yaml scannerc.go`, simple keys). Behind a question mark any key is fine.
 */

/** A question mark further before its key than this is not looked for. */
const farthest = 1024;

/** Is the key at [start, end) of such a pair not for Istio's reader? text: of the document. */
export function isParted(text: string, start: number, end: number): boolean {
  const colon = behindBlanks(text, end);
  if (text.charAt(colon) !== ':') return false;
  if (!/[\r\n]/.test(text.slice(start, colon))) return false;
  return !/[?](?:\s|#[^\n]*\n)*$/.test(text.slice(Math.max(0, start - farthest), start));
}

/** What is written behind a key, over line breaks and comments. */
function behindBlanks(text: string, from: number): number {
  const blanks = /(?:[ \t\r\n]|#[^\n]*)*/y;
  blanks.lastIndex = from;
  return from + (blanks.exec(text)?.[0].length ?? 0);
}
