import { describe, expect, it } from 'vitest';
import { connectionsByDestination } from '../../src/control/admin/describe-stats.ts';
import { ShareCounter } from '../../src/control/shares.ts';

const eighty = [
  { destination: 'outbound|9000|v1|a', label: 'v1', share: 0.8 },
  { destination: 'outbound|9000|v2|a', label: 'v2', share: 0.2 },
];

function counted(v1: number, v2: number): ShareCounter {
  const counter = new ShareCounter();
  for (let i = 0; i < v1; i += 1) counter.count('r', eighty, 0);
  for (let i = 0; i < v2; i += 1) counter.count('r', eighty, 1);
  return counter;
}

describe('ShareCounter', () => {
  it('judges counts by what chance explains', () => {
    expect(counted(800, 200).report()[0]?.verdict).toBe('within');
    expect(counted(850, 150).report()[0]?.verdict).toBe('within');
    expect(counted(900, 100).report()[0]?.verdict).toBe('off');
    expect(counted(10, 0).report()[0]?.verdict).toBe('within');
    expect(counted(100, 0).report()[0]?.verdict).toBe('off');
  });
  it('does not judge a single destination', () => {
    const counter = new ShareCounter();
    counter.count('r', [{ destination: 'c', label: 'c', share: 1 }], 0);
    expect(counter.report()[0]).toMatchObject({ connections: 1, verdict: 'none' });
  });
  it('keeps the counts of old weights apart from those of new ones', () => {
    const counter = counted(8, 2);
    counter.count(
      'r',
      eighty.map((share) => ({ ...share, share: 0.5 })),
      1,
    );
    expect(counter.report().map(({ connections }) => connections)).toEqual([10, 1]);
    // A counter of the admin address goes on.
    expect(connectionsByDestination({ shares: () => counter.report() })).toEqual([
      { name: 'rule.r.outbound|9000|v1|a.connections', value: 8 },
      { name: 'rule.r.outbound|9000|v2|a.connections', value: 3 },
    ]);
  });
});
