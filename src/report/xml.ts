/** Text for XML 1.0, as an attribute or between tags. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** XML 1.0 has no form for other control characters, nor for half a surrogate pair. */
const unwritable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Marks that turn or hide text where XML is shown as it is. */
const turning = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function escapeXml(text: string): string {
  return text
    .replace(unwritable, '\ufffd')
    .replace(/[&<>"\n\t]/g, (char) => entities[char] ?? char)
    .replace(turning, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}
