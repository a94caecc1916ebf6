/**
 * What the `yaml` package's lexer takes and Istio's reader (`go-yaml scannerc.go`, YAML 1.1) refuses: `\/` and escaped halves of
 * surrogate pairs in double quotes, which JSON has, and anchors whose names hold more than letters, digits, - and _.
 */
import type { Mistake } from './explain-syntax.ts';

const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S])/g;
const anchorName = /^&[\w-]+$/;

/** lexeme: of the package's lexer, a text in quotes or an anchor as a whole; start: where it begins. */
export function refusedIn(lexeme: string, start: number): Mistake | undefined {
  if (lexeme.startsWith('&')) return anchorName.test(lexeme) ? undefined : badAnchor(lexeme, start);
  if (!lexeme.startsWith('"') || !lexeme.includes('\\')) return undefined;
  for (const { 0: written, 1: short, 2: long, index } of lexeme.matchAll(escapes)) {
    const at = start + index;
    if (written === '\\/') return { ...slash, start: at, end: at + 2 };
    if (isNoCharacter(short ?? long)) return { ...half, start: at, end: at + written.length };
  }
  return undefined;
}

function isNoCharacter(digits: string | undefined): boolean {
  if (digits === undefined) return false;
  const code = Number.parseInt(digits, 16);
  return (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
}

const slash = {
  message: "Istio's reader does not know the escape \\/",
  help: 'Write / alone; it needs no escape.',
};
const half = {
  message: 'this escape is not a whole character',
  help: 'Write the character itself, or \\U with its eight digits: YAML knows no pairs of \\u.',
};

const badAnchor = (lexeme: string, start: number): Mistake => ({
  message: "the name of an anchor takes letters, digits, - and _ alone in Istio's reader",
  help: 'Rename the anchor, with a blank behind it; or quote the value, if the & belongs to it.',
  start,
  end: start + lexeme.length,
});
