import { describe, expect, it } from 'vitest';
import { rateOf, reduceEvents } from '../../src/ui/reduce-events.ts';
import { type Key, reduceKey, typedKeys } from '../../src/ui/reduce-key.ts';
import { liveMax, logLinesMax, type ScreenState, shownScreen } from '../../src/ui/screen-state.ts';
import { closed, record, sample, screen } from './sample-mesh.ts';

const typed = (text: string): Key => ({ text, name: 'text' });
const named = (name: Key['name']): Key => ({ text: '', name });

function press(state: ScreenState, ...keys: readonly Key[]) {
  let pressed = { state, command: null } as ReturnType<typeof reduceKey>;
  for (const key of keys) pressed = reduceKey(pressed.state, key);
  return pressed;
}

describe('events', () => {
  it('open and close connections, and are counted', () => {
    const state = reduceEvents(
      screen(80, 24),
      [1, 2, 3].map((id) => ({ event: { event: 'connection', ...record(id) } as const, at: 1000 })),
      sample(1000, 2, 1),
    );
    expect([...state.live.keys()]).toEqual([1, 2, 3]);
    const later = reduceEvents(state, [{ event: closed(2), at: 2000 }], sample(2000, 2, 1));
    expect([...later.live.keys()]).toEqual([1, 3]);
    expect(later).toMatchObject({ closed: 1 });
    expect(later.log.at(-1)?.text).toContain('default/tcp-echo-v1-0  3/7 bytes');
    expect([...state.live.keys()]).toEqual([1, 2, 3]);
  });

  it('are bounded in what they leave behind', () => {
    const flood = Array.from({ length: liveMax + 5 }, (_, i) => [
      { event: { event: 'connection', ...record(i) } as const, at: 0 },
      { event: { event: 'notice', level: 'info', message: `n${i}` } as const, at: 0 },
    ]).flat();
    const state = reduceEvents(screen(80, 24), flood, sample(0, 0, 0));
    expect(state.live.size).toBe(liveMax);
    expect(state.log).toHaveLength(logLinesMax);
  });

  it('give a rate over whole seconds', () => {
    const ends = Array.from({ length: 100 }, (_, i) => ({ event: closed(i), at: 10_000 + i * 50 }));
    const state = reduceEvents(screen(80, 24), ends, sample(15_000, 0, 0));
    expect(rateOf(state)).toBe(20);
  });
});

describe('keys', () => {
  const state = reduceEvents(screen(80, 24), [], sample(0, 0, 0));

  it('quit', () => {
    expect(press(state, typed('q')).command).toEqual({ kind: 'quit' });
    expect(press(state, typed('f'), named('interrupt')).command).toEqual({ kind: 'quit' });
    expect(press(state, typed('f'), named('suspend')).command).toEqual({ kind: 'suspend' });
  });
  it('hold the picture still while counting goes on', () => {
    const paused = press(state, typed('p')).state;
    const later = reduceEvents(paused, [{ event: closed(1), at: 1 }], sample(1, 1, 0));
    expect(shownScreen(later).closed).toBe(0);
    expect(later.closed).toBe(1);
    expect(shownScreen(press(later, typed('p')).state).closed).toBe(1);
  });
  it('take a filter, with mistakes mended', () => {
    const keys = [
      typed('/'),
      typed('v'),
      typed('3'),
      named('backspace'),
      typed('2'),
      named('enter'),
    ];
    expect(press(state, ...keys).state).toMatchObject({ filter: 'v2', prompt: { kind: 'none' } });
    expect(press(state, ...keys, named('escape')).state.filter).toBe('');
    expect(press(state, typed('f'), typed('q')).command).toBeNull();
  });
  it('take back whole characters of a filter', () => {
    const keys = [typed('/'), typed('a'), typed('👩🏽'), named('backspace')];
    expect(press(state, ...keys).state.prompt).toEqual({ kind: 'filter', text: 'a' });
  });
  it('send a test connection from a chosen client to a chosen target', () => {
    const keys = [typed('t'), named('down'), named('down'), named('enter'), named('enter')];
    expect(press(state, ...keys).command).toEqual({
      kind: 'test',
      from: 'default/client',
      to: 'tcp-echo.default.svc.cluster.local:9000',
    });
    expect(press(state, typed('t'), named('escape'))).toMatchObject({ command: null });
  });
  it.each([
    ['k', 'kill'],
    ['d', 'delay'],
    ['r', 'reset'],
  ])('%s puts a fault on a workload or a subset: %s', (key, fault) => {
    const first = [typed(key), named('down'), named('enter')];
    expect(press(state, ...first).command).toEqual({
      kind: 'fault',
      fault,
      target: 'default/tcp-echo-v2-0',
    });
    const second = [typed(key), named('down'), named('down'), named('enter')];
    expect(press(state, ...second).command).toMatchObject({ target: 'default/tcp-echo:v2' });
  });
});

describe('keys that arrive at once', () => {
  it('are told apart, so that a pasted filter with its enter is taken', () => {
    const { state } = press(screen(80, 24), typed('f'), ...typedKeys('v12\u007f\r'));
    expect(state).toMatchObject({ filter: 'v1', prompt: { kind: 'none' } });
    expect(press(screen(80, 24), ...typedKeys('pq')).command).toEqual({ kind: 'quit' });
    expect(press(screen(80, 24), ...typedKeys('f\u0003')).command).toEqual({ kind: 'quit' });
  });
});
