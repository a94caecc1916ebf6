/** Text of a user made safe to show: a name may hold what moves a cursor, hides text or turns it round. */

// C0 and C1 controls, DEL, line separators, marks that change the direction of text, zero-width characters, lone surrogates.
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

/** For a sentence: each unsafe character as its code, `\x1b`. */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\t') return '\\t';
    if (char === '\r') return '\\r';
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** For a line of a code frame: each unsafe character as one that is as wide as its column, so that the underline fits. */
export function pictureControls(text: string): string {
  return text.replace(unsafe, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\t') return ' ';
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** For a row of a screen that counts columns: each unsafe character as a dot, one column wide. */
export function dotControls(text: string): string {
  return text.replace(unsafe, '\u00b7');
}
