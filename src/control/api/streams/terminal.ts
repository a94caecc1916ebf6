/**
 * The line discipline of a terminal: what is typed is shown, edited and handed on by the line; Ctrl-C interrupts,
 * Ctrl-D ends the input; output lines start at the left edge. The client's own terminal is raw, so this is all there is.
 */
import { PassThrough, type Readable, Transform, type Writable } from 'node:stream';

export type Terminal = {
  /** Whole lines. */
  readonly stdin: Readable;
  readonly stdout: Writable;
};

const lineMax = 4096;

/** typed: raw bytes from the client; screen: what it sees. */
export function openTerminal(typed: Readable, screen: Writable, interrupt: () => void): Terminal {
  const stdin = new PassThrough();
  const stdout = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, leftEdge(chunk)),
  });
  stdout.pipe(screen, { end: false });
  let line: string[] = [];
  const show = (text: string): void => {
    if (!screen.destroyed) screen.write(text);
  };
  const erase = (count: number): void => {
    line = line.slice(0, line.length - count);
    show('\b \b'.repeat(count));
  };
  const key = (char: string): void => {
    switch (char) {
      case '\r':
      case '\n':
        show('\r\n');
        stdin.write(`${line.join('')}\n`);
        line = [];
        return;
      case '\u0003':
        show('^C\r\n');
        line = [];
        return interrupt();
      case '\u0004':
        if (line.length === 0) stdin.end();
        else stdin.write(line.join(''));
        line = [];
        return;
      case '\u007f':
      case '\b':
        if (line.length > 0) erase(1);
        return;
      case '\u0015':
        return erase(line.length);
      default:
        if (char < ' ' && char !== '\t') return;
        if (line.length >= lineMax) return show('\u0007');
        line.push(char);
        show(char);
    }
  };
  const decoder = new TextDecoder();
  typed.on('data', (chunk: Buffer) => {
    // Cursor keys and the like edit nothing here.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal sends
    const text = decoder.decode(chunk, { stream: true }).replace(/\u001b\[[0-9;]*[A-Za-z~]/g, '');
    for (const char of text) if (!stdin.writableEnded) key(char);
  });
  typed.once('end', () => stdin.end());
  return { stdin, stdout };
}

/** A line feed alone would go down without going left. */
function leftEdge(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
