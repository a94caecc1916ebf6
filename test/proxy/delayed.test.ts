/** Answers that wait: each for its own time, in their order. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Delayed } from '../../src/proxy/echo/delayed.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function delayed(): { readonly queue: Delayed; readonly done: string[] } {
  return { queue: new Delayed(() => performance.now()), done: [] };
}

it('what comes while another waits waits no longer for it', () => {
  const { queue, done } = delayed();
  for (const name of ['a', 'b', 'c']) queue.add(100, 5, () => done.push(name));
  expect(queue.held).toBe(15);
  vi.advanceTimersByTime(99);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(done).toEqual(['a', 'b', 'c']);
  expect(queue.isEmpty).toBe(true);
  expect(queue.held).toBe(0);
});

it('a shorter delay overtakes nothing', () => {
  const { queue, done } = delayed();
  queue.add(100, 1, () => done.push('slow'));
  queue.add(0, 1, () => done.push('quick'));
  vi.advanceTimersByTime(50);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(60);
  expect(done).toEqual(['slow', 'quick']);
});

it('after a stop nothing comes', () => {
  const { queue, done } = delayed();
  queue.add(10, 1, () => done.push('a'));
  queue.stop();
  vi.advanceTimersByTime(100);
  expect(done).toEqual([]);
});
