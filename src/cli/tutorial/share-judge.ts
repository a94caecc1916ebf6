/** Judges counted answers against a share: within what chance gives but once in a very long while. */
import { binomialBounds } from '../../control/index.ts';

/** One run in a million is wrongly found at fault. */
const error = 1e-6;

/** Of the lines, the share that begins with `word` is to be `share`. */
export function shareOf(word: string, share: number): (output: string) => string | null {
  return (output) => {
    const lines = output.split('\n').filter((line) => line !== '');
    const seen = lines.filter((line) => line.startsWith(`${word} `)).length;
    const { low, high } = binomialBounds(lines.length, share, error);
    return seen >= low && seen <= high
      ? null
      : `${seen} of ${lines.length} answers begin with ${word}; chance gives ${low} to ${high}`;
  };
}
