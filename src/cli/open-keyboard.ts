/** The keyboard of the terminal, whatever standard input is. A file of its own: node:tty takes longer to load than a validation has. */
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/** Null where there is no terminal, or the system has none of that name. */
export function openKeyboard(): NodeJS.ReadStream | null {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return null;
  }
}
