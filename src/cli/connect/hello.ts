/**
 * A client hello before the input. Echo servers say it back, each line of it after their word: what is shown is the answer as it would be
 * without it.
 */
import { clientHello } from '../../proxy/index.ts';

/** How much longer than the hello its echo may be, for the word before each line. */
const wordsMax = 4096;
const newline = 10;

export class Hello {
  readonly bytes: Buffer;
  /** Handshake and alert records: a server of TLS, which wants more than a hello. */
  answeredByTls = false;
  #held: Buffer | null = Buffer.alloc(0);

  constructor(serverName: string) {
    this.bytes = clientHello(serverName);
  }

  /** What is to be shown of an answer, without the hello. */
  without(chunk: Buffer): Buffer {
    if (this.#held === null) return chunk;
    const held = Buffer.concat([this.#held, chunk]);
    this.answeredByTls =
      (held[0] === 22 || held[0] === 21) && (held[1] ?? 3) === 3 && !this.#isEchoed(held);
    const shown = this.answeredByTls ? Buffer.alloc(0) : this.#afterEcho(held);
    const waits = shown === null && held.length < this.bytes.length + wordsMax;
    this.#held = waits ? held : null;
    return waits ? Buffer.alloc(0) : (shown ?? held);
  }

  /** A server that puts no word before what it says back, such as a real one behind --backend. */
  #isEchoed(answer: Buffer): boolean {
    const length = Math.min(answer.length, this.bytes.length);
    return answer.subarray(0, length).equals(this.bytes.subarray(0, length));
  }

  /** What was held back, of an answer that ended before it was an echo. */
  rest(): Buffer {
    const held = this.#held ?? Buffer.alloc(0);
    this.#held = null;
    return held;
  }

  /** The word of the last line of the echo, and what comes after that line; null where the echo is not whole. */
  #afterEcho(answer: Buffer): Buffer | null {
    let from = 0;
    for (let start = 0; ; ) {
      const end = this.bytes.indexOf(newline, start);
      const line = this.bytes.subarray(start, end === -1 ? undefined : end + 1);
      const found = answer.indexOf(line, from);
      if (found === -1) return null;
      if (end === -1)
        return Buffer.concat([answer.subarray(from, found), answer.subarray(found + line.length)]);
      from = found + line.length;
      start = end + 1;
    }
  }
}
