/** Comparing: what is left out is not compared, destinations and endpoints are multisets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVerdict,
  type Expectation,
  type ExpectedDestination,
} from '../../src/expectation/index.ts';
import type { DestinationShare, Verdict } from '../../src/routing/index.ts';

const span = { source: { name: 'x', text: '' }, start: 0, end: 0 };

const share = (over: Partial<DestinationShare>): DestinationShare => ({
  cluster: 'outbound|7000||a',
  host: 'a',
  subset: '',
  port: 7000,
  weight: undefined,
  share: 1,
  endpoints: [],
  problem: null,
  ...over,
});

const verdict = (over: Partial<Verdict>): Verdict => ({
  call: {
    from: { kind: 'sidecar', namespace: 'foo', labels: {} },
    to: { host: 'a', port: 7000 },
    protocol: 'tcp',
  },
  outcome: 'routed',
  rule: null,
  destinations: [],
  steps: [],
  destinationSteps: [],
  assumptions: [],
  ...over,
});

const nothing: Omit<Expectation, 'destinations'> = { span, outcome: undefined, rule: undefined };
const anything: ExpectedDestination = {
  host: undefined,
  port: undefined,
  subset: undefined,
  weight: undefined,
  endpoints: undefined,
  problem: undefined,
};
const wants = (over: Partial<Expectation>): Expectation => ({
  ...nothing,
  destinations: undefined,
  ...over,
});
const endpoints = (...addresses: string[]) =>
  addresses.map((address) => ({ address, workload: null, healthy: true }));

describe('compareVerdict', () => {
  it('compares nothing that is left out', () => {
    expect(compareVerdict(wants({}), verdict({ outcome: 'blackhole' }))).toEqual([]);
  });

  it('tells outcomes apart', () => {
    expect(compareVerdict(wants({ outcome: 'routed' }), verdict({ outcome: 'http' }))).toEqual([
      { what: 'outcome', expected: 'routed', actual: 'http' },
    ]);
  });

  const rule = {
    kind: 'VirtualService',
    namespace: 'default',
    name: 'echo',
    path: 'spec.tcp[1]',
    span,
  } as const;

  it.each([
    [{ namespace: 'default', name: 'echo', number: null }, true],
    [{ namespace: 'default', name: 'echo', number: 2 }, true],
    [{ namespace: 'default', name: 'echo', number: 1 }, false],
    [{ namespace: 'foo', name: 'echo', number: null }, false],
    [null, false],
  ])('holds the rule against %j', (expected, fits) => {
    expect(compareVerdict(wants({ rule: expected }), verdict({ rule })).length === 0).toBe(fits);
  });

  it('takes null for the service itself', () => {
    expect(compareVerdict(wants({ rule: null }), verdict({}))).toEqual([]);
  });

  it('compares endpoints as a multiset', () => {
    const got = verdict({ destinations: [share({ endpoints: endpoints('1:1', '2:2', '2:2') })] });
    const fits = (...addresses: string[]): boolean =>
      compareVerdict(wants({ destinations: [{ ...anything, endpoints: addresses }] }), got)
        .length === 0;
    expect(fits('2:2', '1:1', '2:2')).toBe(true);
    expect(fits('1:1', '2:2')).toBe(false);
    expect(fits('1:1', '1:1', '2:2')).toBe(false);
  });

  it('lets weight 100 stand for a destination that is alone', () => {
    const want = wants({ destinations: [{ ...anything, weight: 100 }] });
    expect(compareVerdict(want, verdict({ destinations: [share({})] }))).toEqual([]);
    expect(compareVerdict(want, verdict({ destinations: [share({ weight: 7 })] }))).toEqual([]);
  });

  it('finds the pairing even where the first fit is the wrong one', () => {
    const want = wants({
      destinations: [
        { ...anything, host: 'a' },
        { ...anything, host: 'a', subset: 'v1' },
      ],
    });
    const got = [share({ subset: 'v1' }), share({ subset: 'v2' })];
    expect(compareVerdict(want, verdict({ destinations: got }))).toEqual([]);
  });

  it('does not mind the order of destinations', () => {
    const shares = fc.array(
      fc.record({ host: fc.constantFrom('a', 'b'), subset: fc.constantFrom('', 'v1', 'v2') }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(shares, fc.infiniteStream(fc.nat()), (parts, order) => {
        const expected = parts.map((part) => ({ ...anything, ...part }));
        const shuffled = parts
          .map((part) => ({ part, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ part }) => share(part));
        const got = verdict({ destinations: shuffled });
        expect(compareVerdict(wants({ destinations: expected }), got)).toEqual([]);
        const more = verdict({ destinations: [...shuffled, share({})] });
        expect(compareVerdict(wants({ destinations: expected }), more)).toHaveLength(1);
      }),
    );
  });
});
