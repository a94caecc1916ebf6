/** The relay of one direction against streams that take bytes when they please, and look at queued memory only when they send it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flow } from '../../src/proxy/flow.ts';
import { scratch } from '../../src/proxy/stream/read-buffers.ts';
import { nobody, type Stream } from '../../src/proxy/stream/stream.ts';

class FakeStream implements Stream {
  readonly descriptor = -1;
  owner = nobody;
  paused = true;
  taking = true;
  delivered: number[] = [];
  ended = false;
  readonly #queue: Uint8Array[] = [];
  /** As the system has it: what is read goes here. */
  buffer: Uint8Array = scratch;

  get flushed(): boolean {
    return this.#queue.length === 0;
  }
  remote = () => ({ host: '127.0.0.1', port: 1 });
  resume(): void {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
  write(bytes: Uint8Array): boolean {
    if (this.taking && this.flushed) this.delivered.push(...bytes);
    else this.#queue.push(bytes);
    return this.flushed;
  }
  flush(): void {
    for (const bytes of this.#queue.splice(0)) this.delivered.push(...bytes);
    this.owner.onFlushed();
  }
  end(): void {
    expect(this.flushed).toBe(true);
    this.ended = true;
    this.owner.onEnded();
  }
  close(): void {}
  reset(): void {}
}

type Step =
  | { readonly kind: 'read'; readonly length: number }
  | { readonly kind: 'full' | 'flush' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      length: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      length: fc.integer({ min: 16_000, max: 65_536 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'full' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'flush' as const }) },
);

function relayed(steps: readonly Step[], owned: boolean): { sent: number[]; delivered: number[] } {
  const observer = { active() {}, connected() {}, finished() {}, failed() {} };
  const [from, to] = [new FakeStream(), new FakeStream()];
  const [forth, back] = [new Flow(observer, from), new Flow(observer, to)];
  forth.peer = back;
  back.peer = forth;
  from.owner = forth;
  to.owner = back;
  from.resume();
  to.resume();
  const sent: number[] = [];
  let value = 0;
  for (const each of steps) {
    if (each.kind === 'full') to.taking = false;
    if (each.kind === 'flush') {
      to.taking = true;
      to.flush();
      expect(from.paused).toBe(false);
    }
    if (each.kind !== 'read' || from.paused) continue;
    const buffer = owned ? new Uint8Array(each.length) : from.buffer;
    const length = Math.min(each.length, buffer.length);
    for (let index = 0; index < length; index += 1) {
      value = (value + 1) % 251;
      buffer[index] = value;
      sent.push(value);
    }
    const next = forth.onBytes(buffer, length, owned);
    if (next !== undefined) from.buffer = next;
    expect(from.paused).toBe(!to.flushed);
    // Another connection reads.
    scratch.fill(255);
  }
  to.flush();
  forth.onEnd();
  expect(to.ended).toBe(true);
  expect(forth.finished).toBe(true);
  expect(forth.bytes).toBe(sent.length);
  return { sent, delivered: to.delivered };
}

describe('flow', () => {
  it.each([false, true])('never writes memory that is read into again (owned: %s)', (owned) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { sent, delivered } = relayed(steps, owned);
        expect(delivered.length).toBe(sent.length);
        expect(Buffer.compare(Buffer.from(delivered), Buffer.from(sent))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('borrows a large buffer for large reads and gives it back after many small ones', () => {
    const observer = { active() {}, connected() {}, finished() {}, failed() {} };
    const [from, to] = [new FakeStream(), new FakeStream()];
    const [forth, back] = [new Flow(observer, from), new Flow(observer, to)];
    forth.peer = back;
    back.peer = forth;
    expect(forth.onBytes(scratch, 16 * 1024, false)).toBeUndefined();
    const large = forth.onBytes(scratch, 16 * 1024 + 1, false);
    expect(large?.length).toBe(1024 * 1024);
    if (large === undefined) return;
    for (let read = 1; read < 64; read += 1)
      expect(forth.onBytes(large, 10, false)).toBeUndefined();
    expect(forth.onBytes(large, 10, false)).toBe(scratch);
  });
});
