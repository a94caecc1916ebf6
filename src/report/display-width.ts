/** How many columns a terminal gives a text: two for East Asian wide characters and emoji, none for combining marks. */

const ascii = /^[\x20-\x7e]*$/;

export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width;
}

/** In here, for few texts need these patterns and V8 takes long over them. */
function widthOf(char: string): number {
  if (/\p{Mn}|\p{Me}|[\ufe00-\ufe0f]/u.test(char)) return 0;
  const wide =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
  return wide.test(char) ? 2 : 1;
}
