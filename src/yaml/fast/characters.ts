/** The characters that YAML gives a meaning to, by their codes. */

export const newline = 10;
export const blank = 32;
export const quote = 34;
export const hash = 35;
export const apostrophe = 39;
export const comma = 44;
export const dash = 45;
export const colon = 58;
export const questionMark = 63;
export const openList = 91;
export const backslash = 92;
export const closeList = 93;
export const openMap = 123;
export const closeMap = 125;

/** Characters that may not begin a plain scalar or key here. `-` and `.` are looked at where they matter. */
export const startsOtherwise = new Set(
  [...'?:,[]{}#&*!|>\'"%@`'].map((character) => character.charCodeAt(0)),
);

/** Control characters, a tab, a carriage return, a byte order mark: the full parser knows what they are worth. */
export function isOdd(code: number): boolean {
  return (
    code < blank ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff ||
    code >= 0xfffe ||
    (code >= 0xd800 && code <= 0xdfff)
  );
}

/** Is one of them in the text, other than a line break? Without any, nobody need look at each character. */
export function hasOdd(text: string): boolean {
  return oddAnywhere.test(text);
}

const oddAnywhere = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
