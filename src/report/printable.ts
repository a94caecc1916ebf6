/** Text that came from a file, made safe for a terminal and for formats whose records are lines. */

/** Control characters, line separators and directional overrides as `\u{…}`: none of them acts on what shows the text. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through.
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u{${char.charCodeAt(0).toString(16)}}`,
  );
}
