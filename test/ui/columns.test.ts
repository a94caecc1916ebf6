import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnsOf, inPieces, padColumns, withoutLast } from '../../src/ui/columns.ts';
import { clip, clipStart, wrap } from '../../src/ui/quantity.ts';

/** Each of these is one character to a reader: wide, combined, of two code points, a flag. */
const characters = ['漢', 'e\u0301', '👩🏽', '🇩🇪', 'x'];
const text = characters.join('').repeat(4);
const whole = new Set(
  Array.from(new Intl.Segmenter().segment(`${text}…字 short end`), ({ segment }) => segment),
);

const isWhole = (cut: string): boolean =>
  Array.from(new Intl.Segmenter().segment(cut)).every(({ segment }) => whole.has(segment));

describe('text in columns', () => {
  it('is cut to a width with whole characters, from either end', () => {
    for (let width = 1; width < 40; width += 1)
      for (const cut of [clip(text, width), clipStart(text, width)]) {
        expect(stringWidth(cut)).toBeLessThanOrEqual(width);
        expect(stringWidth(cut)).toBeGreaterThanOrEqual(Math.min(width - 1, columnsOf(text)));
        expect(isWhole(cut), cut).toBe(true);
      }
    expect(clip('漢字漢字', 8)).toBe('漢字漢字');
    expect(clip('漢字漢字', 7)).toBe('漢字漢…');
    expect(clipStart('漢字漢字', 6)).toBe('…漢字');
  });

  it('goes on in the next row, and nothing of it is lost', () => {
    const words = ['short', '漢字', text, 'end'].join(' ');
    for (let width = 2; width < 60; width += 1) {
      const rows = wrap(words, width);
      for (const row of rows) {
        expect(stringWidth(row)).toBeLessThanOrEqual(width);
        expect(isWhole(row), row).toBe(true);
      }
      expect(rows.join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));
    }
    expect(inPieces('漢字', 1)).toEqual(['漢', '字']);
  });

  it('is filled up, and loses a character at a time', () => {
    expect(padColumns('漢', 4)).toBe('漢  ');
    expect(withoutLast('a👩🏽')).toBe('a');
    expect(withoutLast('')).toBe('');
  });
});
