/** What is left of an answer when the client hello that was said first is taken out of it. */
import { describe, expect, it } from 'vitest';
import { Hello } from '../../src/cli/connect/hello.ts';

/** As an echo server answers: its word before each line. */
const echoOf = (bytes: Buffer): Buffer =>
  Buffer.from(
    bytes
      .toString('latin1')
      .split(/(?<=\n)/)
      .map((line) => `a ${line}`)
      .join(''),
    'latin1',
  );

/** All that is shown of an answer that comes in pieces. */
function shown(hello: Hello, answer: Buffer, size: number): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < answer.length; at += size)
    parts.push(hello.without(answer.subarray(at, at + size)));
  return Buffer.concat([...parts, hello.rest()]).toString();
}

describe('an answer after a client hello', () => {
  // Names of 1 to 60 letters: some of the lengths in a hello are then the byte that ends a line.
  it.each([1, 7, 100_000])('is shown without the hello, in pieces of %i', (size) => {
    for (let length = 1; length <= 60; length += 1) {
      const hello = new Hello('n'.repeat(length));
      const answer = echoOf(Buffer.concat([hello.bytes, Buffer.from('hi\nyou\n')]));
      expect(shown(hello, answer, size)).toBe('a hi\na you\n');
      expect(hello.answeredByTls).toBe(false);
    }
  });

  it.each([1, 100_000])(
    'is shown without the hello where no word is before it, in pieces of %i',
    (size) => {
      const hello = new Hello('a.example');
      const answer = Buffer.concat([hello.bytes, Buffer.from('hi\nyou\n')]);
      expect(shown(hello, answer, size)).toBe('hi\nyou\n');
      expect(hello.answeredByTls).toBe(false);
    },
  );

  it('is shown as it is where it is no echo, long or short', () => {
    for (const text of ['220 ready\n', 'x'.repeat(20_000)])
      expect(shown(new Hello('a.example'), Buffer.from(text), 1000)).toBe(text);
  });

  it.each([
    ['a handshake', [22, 3, 3, 0, 1]],
    ['an alert', [21, 3, 1, 0, 2]],
  ])('of TLS is known by %s', (_, bytes) => {
    const hello = new Hello('a.example');
    expect(shown(hello, Buffer.from(bytes), 100)).toBe('');
    expect(hello.answeredByTls).toBe(true);
  });
});
