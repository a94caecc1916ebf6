/**
 * Frames to a terminal without flicker: only rows that changed are written, in one piece, which terminals that can hold back until
 * it is whole.
 */

const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';

export class FrameWriter {
  readonly #write: (text: string) => void;
  #shown: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Rows separated by line breaks; each row is complete in its styles. */
  frame(text: string): void {
    const rows = text.replace(/\n$/, '').split('\n');
    const changes: string[] = [];
    for (let i = 0; i < Math.max(rows.length, this.#shown.length); i += 1) {
      const row = rows[i] ?? '';
      if (row !== this.#shown[i]) changes.push(`\u001b[${i + 1};1H${row}\u001b[0m\u001b[K`);
    }
    this.#shown = rows;
    if (changes.length > 0) this.#write(`${beginUpdate}${changes.join('')}${endUpdate}`);
  }

  /** Draws anew what is shown: others wrote across it. */
  repaint(): void {
    const rows = this.#shown;
    this.clear();
    this.frame(rows.join('\n'));
  }

  /** Forgets what is shown and clears the screen: after a resize nobody knows what is there. */
  clear(): void {
    this.#shown = [];
    this.#write('\u001b[2J\u001b[H');
  }
}
