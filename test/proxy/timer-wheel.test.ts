import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline, TimerWheel } from '../../src/proxy/timer-wheel.ts';

describe('timer wheel', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fires every deadline once, never early and at most a tick late', () => {
    const plan = fc.array(
      fc.record({
        afterMs: fc.oneof(fc.nat(200), fc.nat(10_000), fc.nat(500_000), fc.nat(40_000_000)),
        movedTo: fc.option(fc.nat(500_000), { nil: undefined }),
        cancelled: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(plan, fc.nat(100_000), (entries, startMs) => {
        vi.setSystemTime(startMs);
        const wheel = new TimerWheel(() => Date.now());
        const fired: { readonly due: number; readonly at: number }[] = [];
        const expected: number[] = [];
        for (const { afterMs, movedTo, cancelled } of entries) {
          const due = Date.now() + (movedTo ?? afterMs);
          const deadline = new Deadline(() => fired.push({ due, at: Date.now() }));
          wheel.set(deadline, Date.now() + afterMs);
          if (movedTo !== undefined) wheel.set(deadline, due);
          if (cancelled) wheel.clear(deadline);
          else expected.push(due);
        }
        expect(wheel.size).toBe(expected.length);
        vi.advanceTimersByTime(41_000_000);
        expect(fired.map(({ due }) => due).sort((a, b) => a - b)).toEqual(
          expected.sort((a, b) => a - b),
        );
        for (const { due, at } of fired) {
          expect(at).toBeGreaterThanOrEqual(due);
          expect(at - due).toBeLessThanOrEqual(wheel.tickMs + 1);
        }
        expect(wheel.size).toBe(0);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('takes new deadlines from one that fires', () => {
    const wheel = new TimerWheel(() => Date.now());
    const fired: number[] = [];
    const again = new Deadline(() => {
      fired.push(Date.now());
      if (fired.length < 5) wheel.set(again, Date.now() + 100);
    });
    const start = Date.now();
    wheel.set(again, start + 100);
    vi.advanceTimersByTime(1_000);
    expect(fired).toEqual([100, 200, 300, 400, 500].map((after) => start + after));
  });

  it('wakes seldom for many that are far away', () => {
    const wheel = new TimerWheel(() => Date.now());
    for (let index = 0; index < 1_000; index += 1)
      wheel.set(new Deadline(() => {}), Date.now() + 3_600_000 + index);
    let wakes = 0;
    while (vi.getTimerCount() > 0 && wakes < 100) {
      vi.advanceTimersToNextTimer();
      wakes += 1;
    }
    expect(wakes).toBeLessThan(60);
    expect(wheel.size).toBe(0);
  });
});
