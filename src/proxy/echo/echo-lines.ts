/** Turns what comes in into what an echo server answers: each line with a prefix and a space before it. Holds no more than a line, and of a long line only its beginning. */

const newline = 0x0a;
/** A longer line is answered as it comes: the answer is the same, only its beginning is not held back until the line is whole. */
export const longestHeldLine = 64 * 1024;

export class EchoLines {
  readonly #prefix: Buffer;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The prefix of the line under way has been sent. */
  #streaming = false;
  lines = 0;

  constructor(prefix: string) {
    this.#prefix = Buffer.from(`${prefix} `);
  }

  /** The answer to a piece of input; `seen` gets each line (or the beginning of a long one) for a log. */
  take(chunk: Buffer, seen: (line: Buffer) => void): Buffer {
    const answer: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#finishLine(chunk.subarray(start, end + 1), answer, seen);
      start = end + 1;
    }
    this.#hold(chunk.subarray(start), answer, seen);
    return Buffer.concat(answer);
  }

  /** The input has ended: a last line without its newline is answered too. */
  end(seen: (line: Buffer) => void): Buffer {
    const answer: Buffer[] = [];
    if (this.#heldBytes > 0) this.#finishLine(Buffer.alloc(0), answer, seen);
    return Buffer.concat(answer);
  }

  #finishLine(rest: Buffer, answer: Buffer[], seen: (line: Buffer) => void): void {
    this.lines += 1;
    if (this.#streaming) answer.push(rest);
    else {
      const line = Buffer.concat([...this.#held, rest]);
      answer.push(this.#prefix, line);
      seen(line);
    }
    this.#held = [];
    this.#heldBytes = 0;
    this.#streaming = false;
  }

  #hold(rest: Buffer, answer: Buffer[], seen: (line: Buffer) => void): void {
    if (rest.length === 0) return;
    if (this.#streaming) {
      answer.push(rest);
      return;
    }
    this.#held.push(rest);
    this.#heldBytes += rest.length;
    if (this.#heldBytes <= longestHeldLine) return;
    const beginning = Buffer.concat(this.#held);
    answer.push(this.#prefix, beginning);
    seen(beginning);
    this.#held = [];
    this.#heldBytes = 0;
    this.#streaming = true;
  }
}
