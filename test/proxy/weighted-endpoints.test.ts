/** Endpoints whose weights differ: turns by weight, and with least-request fewer for who has connections open. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/control/index.ts';
import { type Candidate, chooser } from '../../src/proxy/load-balancer/choose.ts';

type One = { name: string; weight: number; activeConnections: number };
const endpoints = (...weights: readonly number[]): One[] =>
  weights.map((weight, i) => ({ name: `10.0.0.${i}`, weight, activeConnections: 0 }));

function picks(policy: 'round-robin' | 'least-request', of: readonly One[], times: number) {
  const choose = chooser({ kind: policy }, seededRandom(7));
  const counts = new Map<string, number>();
  for (let i = 0; i < times; i++) {
    const chosen: Candidate | undefined = choose(of, undefined);
    counts.set(chosen?.name ?? '', (counts.get(chosen?.name ?? '') ?? 0) + 1);
  }
  return of.map(({ name }) => counts.get(name) ?? 0);
}

describe.each(['round-robin', 'least-request'] as const)('%s', (policy) => {
  it('gives each its share, within one turn', () => {
    const [a = 0, b = 0, c = 0] = picks(policy, endpoints(1, 3, 4), 800);
    expect(Math.abs(a - 100)).toBeLessThanOrEqual(1);
    expect(Math.abs(b - 300)).toBeLessThanOrEqual(1);
    expect(Math.abs(c - 400)).toBeLessThanOrEqual(1);
  });

  it('takes the only one', () => {
    expect(picks(policy, endpoints(5), 10)).toEqual([10]);
  });
});

it('round-robin over equal weights takes turns', () => {
  expect(picks('round-robin', endpoints(2, 2), 100)).toEqual([50, 50]);
});

it('least-request counts what is open against the weight', () => {
  const [busy, idle] = endpoints(3, 1);
  if (busy === undefined || idle === undefined) throw new Error('two were made');
  busy.activeConnections = 5;
  // 3 / (5 + 1) is half of 1 / (0 + 1): a third of the turns. The first turn of each was set before.
  const [first = 0] = picks('least-request', [busy, idle], 300);
  expect(Math.abs(first - 100)).toBeLessThanOrEqual(1);
});
