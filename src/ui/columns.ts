/** Text by the columns of a terminal, as ink counts them; what a reader sees as one character is never taken apart. */
import stringWidth from 'string-width';

const ascii = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter();

export function columnsOf(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** Filled up with blanks, as far as it is not as wide already. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** What of the beginning fits. */
export function firstColumns(text: string, width: number): string {
  if (ascii.test(text)) return text.slice(0, Math.max(0, width));
  return fitting(characters(text), width).join('');
}

/** What of the end fits. */
export function lastColumns(text: string, width: number): string {
  if (ascii.test(text)) return text.slice(Math.max(0, text.length - Math.max(0, width)));
  return fitting(characters(text).toReversed(), width).reverse().join('');
}

/** In pieces that fit, each with one character at least. */
export function inPieces(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of characters(text)) {
    const columns = columnsOf(character);
    if (piece !== '' && used + columns > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += columns;
  }
  return [...pieces, piece];
}

/** Without its last character. */
export function withoutLast(text: string): string {
  return characters(text).slice(0, -1).join('');
}

function characters(text: string): string[] {
  return ascii.test(text)
    ? [...text]
    : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function fitting(all: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const character of all) {
    left -= columnsOf(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}
