import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { EchoLines } from '../../src/proxy/echo/echo-lines.ts';
import { LogRing } from '../../src/proxy/echo/log-ring.ts';
import { EchoWorkload } from '../../src/proxy/index.ts';
import { client, until } from './rig.ts';

const open: EchoWorkload[] = [];
afterEach(async () => {
  for (const workload of open.splice(0)) await workload.close();
});
async function workload(prefix: string): Promise<EchoWorkload> {
  const echo = await EchoWorkload.open({
    host: '127.0.0.1',
    port: 0,
    prefix,
    wallClock: () => 1000,
  });
  open.push(echo);
  return echo;
}

describe('echo workload', () => {
  it('answers each line with its prefix, and a last one without its newline', async () => {
    const echo = await workload('one');
    const caller = await client(echo.address);
    caller.socket.write('hello\nwor');
    await until('first', () => caller.received().toString() === 'one hello\n');
    caller.socket.end('ld\n\nbye');
    await until('end', () => caller.ending() === 'end');
    expect(caller.received().toString()).toBe('one hello\none world\none \none bye');
    expect(echo.counters).toMatchObject({
      accepted: 1,
      lines: 4,
      bytesReceived: 16,
      bytesSent: 32,
    });
    expect(echo.log().map(({ text }) => text)).toEqual([
      `listening on 127.0.0.1:${echo.address.port}, prefix: one`,
      'request: hello',
      'response: one hello',
      'request: world',
      'response: one world',
      'request: ',
      'response: one ',
      'request: bye',
      'response: one bye',
    ]);
  });

  it('delays its answers, in order, and stops when the fault is taken away', async () => {
    const echo = await workload('slow');
    await echo.setFault({ kind: 'delay', delayMs: 80 });
    const caller = await client(echo.address);
    const start = performance.now();
    caller.socket.write('a\n');
    await until('first', () => caller.received().toString() === 'slow a\n');
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    caller.socket.end('b\nc\n');
    await until('all', () => caller.ending() === 'end');
    expect(caller.received().toString()).toBe('slow a\nslow b\nslow c\n');
    await echo.setFault(undefined);
    expect(echo.fault).toBeUndefined();
  });

  it('can be killed in the middle, and come back at the same address', async () => {
    const echo = await workload('x');
    const caller = await client(echo.address);
    caller.socket.write('a\n');
    await until('answer', () => caller.received().length > 0);
    await echo.setFault({ kind: 'kill' });
    await until('reset', () => caller.ending() === 'ECONNRESET');
    await expect(client(echo.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await echo.setFault(undefined);
    const again = await client(echo.address);
    again.socket.end('b\n');
    await until('answer', () => again.received().toString() === 'x b\n');
  });

  it('can reset what speaks to it', async () => {
    const echo = await workload('x');
    await echo.setFault({ kind: 'reset' });
    const caller = await client(echo.address);
    caller.socket.write('a\n');
    await until('reset', () => caller.ending() === 'ECONNRESET');
    expect(caller.received().length).toBe(0);
  });
});

it('answers the same however the input is cut', () => {
  const text = fc
    .array(fc.oneof(fc.constant('\n'), fc.string({ maxLength: 9 })))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (input, cuts) => {
      const bytes = Buffer.from(input);
      const lines = new EchoLines('p');
      const answer: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        answer.push(lines.take(bytes.subarray(at, at + cut), () => {}));
        at += cut;
      }
      answer.push(
        lines.take(bytes.subarray(at), () => {}),
        lines.end(() => {}),
      );
      expect(Buffer.concat(answer).toString()).toBe(input.replace(/[^\n]*\n|[^\n]+$/g, 'p $&'));
    }),
  );
});

it('holds no more than 64 KiB of a line, and answers it all the same', () => {
  const lines = new EchoLines('p');
  const answer: Buffer[] = [];
  for (let index = 0; index < 64; index += 1)
    answer.push(lines.take(Buffer.alloc(10_000, 'a'), () => {}));
  answer.push(lines.take(Buffer.from('b\nc\n'), () => {}));
  expect(Buffer.concat(answer).toString()).toBe(`p ${'a'.repeat(640_000)}b\np c\n`);
  expect(answer[6]?.length).toBe(2 + 70_000);
});

it('keeps the last lines of a log', () => {
  const log = new LogRing(3);
  for (const text of ['a', 'b', 'c', 'd']) log.add(0, text);
  expect(log.lines().map(({ text }) => text)).toEqual(['b', 'c', 'd']);
});
