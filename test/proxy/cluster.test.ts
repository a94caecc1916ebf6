import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster, type EndpointState } from '../../src/proxy/cluster.ts';
import {
  type ClusterConfig,
  type ClusterEndpoint,
  defaultOutlierDetection,
  type LoadBalancerPolicy,
} from '../../src/proxy/cluster-config.ts';
import { clusterOf, endpointAt, seeded } from './rig.ts';

type Told = string[];

function clusterWith(
  endpoints: readonly ClusterEndpoint[],
  more: Partial<ClusterConfig> = {},
): { cluster: Cluster; clock: { now: number }; told: Told } {
  const clock = { now: 0 };
  const told: Told = [];
  const cluster = new Cluster('client', clusterOf(endpoints, more), {
    now: () => clock.now,
    random: seeded(7),
    observer: {
      ejected: (_, endpoint, failures, forMs) =>
        told.push(`${clock.now} ejected ${endpoint} after ${failures} for ${forMs}`),
      spared: (_, endpoint, failures) =>
        told.push(`${clock.now} spared ${endpoint} after ${failures}`),
      returned: (_, endpoint) => told.push(`${clock.now} returned ${endpoint}`),
    },
  });
  return { cluster, clock, told };
}

const named = (...ports: number[]): ClusterEndpoint[] => ports.map((port) => endpointAt({ port }));

function take(cluster: Cluster, hashKey?: string): EndpointState {
  const endpoint = cluster.take(hashKey);
  if (typeof endpoint === 'string') throw new Error(endpoint);
  return endpoint;
}
const portOf = ({ name }: { readonly name: string }): number => Number(name.split(':')[1]);
function picks(cluster: Cluster, count: number, hashKey?: string): number[] {
  return Array.from({ length: count }, () => {
    const endpoint = take(cluster, hashKey);
    cluster.release(endpoint, 'connecting');
    return portOf(endpoint);
  });
}
function failTimes(cluster: Cluster, endpoint: EndpointState, times: number): void {
  for (let index = 0; index < times; index += 1) cluster.failed(endpoint);
}
function endpointOf(cluster: Cluster, port: number): EndpointState {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const endpoint = take(cluster);
    cluster.release(endpoint, 'connecting');
    if (portOf(endpoint) === port) return endpoint;
  }
  throw new Error(`never picked ${port}`);
}

describe('load balancing', () => {
  it('goes round in turn, and on through a change of the endpoints', () => {
    const { cluster } = clusterWith(named(1, 2, 3), { loadBalancer: { kind: 'round-robin' } });
    const [a = 0, b = 0, c = 0, ...rest] = picks(cluster, 6);
    expect([a, b, c].sort()).toEqual([1, 2, 3]);
    expect(rest).toEqual([a, b, c]);
  });

  it('spreads at random: three endpoints in 3000, error probability below 1e-6', () => {
    const { cluster } = clusterWith(named(1, 2, 3), { loadBalancer: { kind: 'random' } });
    const seen = picks(cluster, 3000);
    for (const port of [1, 2, 3]) {
      // Five standard deviations of a binomial with n = 3000, p = 1/3 are 129.
      expect(Math.abs(seen.filter((each) => each === port).length - 1000)).toBeLessThan(129);
    }
  });

  it('prefers the one of two with fewer connections', () => {
    const { cluster } = clusterWith(named(1, 2), { loadBalancer: { kind: 'least-request' } });
    // All are kept open: the difference never grows beyond what two equal picks in a row make.
    const counts = new Map([
      [1, 0],
      [2, 0],
    ]);
    for (let index = 0; index < 1000; index += 1) {
      const port = portOf(take(cluster));
      counts.set(port, (counts.get(port) ?? 0) + 1);
    }
    expect(Math.abs((counts.get(1) ?? 0) - (counts.get(2) ?? 0))).toBeLessThan(20);
  });

  const hashing: LoadBalancerPolicy[] = [
    { kind: 'ring-hash', minimumRingSize: 1024 },
    { kind: 'maglev', tableSize: 65_537 },
  ];
  it.each(hashing)(
    '$kind keeps a source at its endpoint, and moves few when one goes',
    (loadBalancer) => {
      const endpoints = named(9001, 9002, 9003, 9004, 9005);
      const { cluster } = clusterWith(endpoints, { loadBalancer });
      const sources = Array.from(
        { length: 500 },
        (_, index) => `10.244.${index >> 8}.${index & 255}`,
      );
      const before = sources.map((source) => picks(cluster, 1, source)[0]);
      expect(sources.map((source) => picks(cluster, 1, source)[0])).toEqual(before);
      for (const port of [9001, 9002, 9003, 9004, 9005])
        expect(before.filter((each) => each === port).length).toBeGreaterThan(40);
      cluster.update(clusterOf(endpoints.slice(0, 4), { loadBalancer }));
      const after = sources.map((source) => picks(cluster, 1, source)[0]);
      const moved = sources.filter(
        (_, index) => before[index] !== 9005 && before[index] !== after[index],
      );
      // A ring has at least 1024 points whatever the number of endpoints, so those that stay get a few more each.
      expect(moved.length).toBeLessThan(100);
    },
  );

  it('picks at random where a hash policy has no key', () => {
    const { cluster } = clusterWith(named(1, 2), {
      loadBalancer: { kind: 'ring-hash', minimumRingSize: 1024 },
    });
    expect(new Set(picks(cluster, 64))).toEqual(new Set([1, 2]));
  });
});

describe('health', () => {
  it('takes endpoints that are not ready only when no other is left', () => {
    const [a, b] = named(1, 2);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const { cluster } = clusterWith([a, { ...b, healthy: false }]);
    expect(new Set(picks(cluster, 50))).toEqual(new Set([1]));
    cluster.update(
      clusterOf([
        { ...a, healthy: false },
        { ...b, healthy: false },
      ]),
    );
    expect(new Set(picks(cluster, 50))).toEqual(new Set([1, 2]));
  });

  it('takes all below the panic threshold', () => {
    const endpoints = named(1, 2, 3).map((endpoint, index) => ({
      ...endpoint,
      healthy: index === 0,
    }));
    expect(new Set(picks(clusterWith(endpoints, { panicThreshold: 33 }).cluster, 100))).toEqual(
      new Set([1]),
    );
    expect(new Set(picks(clusterWith(endpoints, { panicThreshold: 34 }).cluster, 100))).toEqual(
      new Set([1, 2, 3]),
    );
  });

  // As Envoy 1.40 was seen to do with so many endpoints of which the first are dead and ejected.
  it.each([
    { threshold: 90, dead: 1, all: 4, panics: false },
    { threshold: 100, dead: 1, all: 4, panics: false },
    { threshold: 90, dead: 2, all: 4, panics: true },
    { threshold: 50, dead: 3, all: 4, panics: true },
    { threshold: 20, dead: 3, all: 4, panics: false },
    { threshold: 90, dead: 2, all: 7, panics: false },
    { threshold: 90, dead: 3, all: 7, panics: true },
  ])(
    'with $dead of $all dead and a threshold of $threshold % panics: $panics',
    ({ threshold, dead, all, panics }) => {
      const endpoints = named(...Array.from({ length: all }, (_, index) => index + 1));
      const { cluster } = clusterWith(endpoints, {
        panicThreshold: threshold,
        loadBalancer: { kind: 'round-robin' },
        outlierDetection: {
          ...defaultOutlierDetection,
          consecutive5xxErrors: 1,
          maxEjectionPercent: 100,
        },
      });
      const seen: number[] = [];
      for (let index = 0; index < 10 * all; index += 1) {
        const endpoint = take(cluster);
        if (portOf(endpoint) <= dead) cluster.failed(endpoint);
        cluster.release(endpoint, 'connecting');
        seen.push(portOf(endpoint));
      }
      const late = new Set(seen.slice(-all));
      expect(late.size).toBe(panics ? all : all - dead);
    },
  );

  it('has nothing to give without endpoints, and no more than maxConnections', () => {
    expect(clusterWith([]).cluster.take(undefined)).toBe('no-endpoints');
    const { cluster } = clusterWith(named(1, 2), { maxConnections: 2 });
    const first = take(cluster);
    take(cluster);
    expect(cluster.take(undefined)).toBe('overflow');
    cluster.release(first, 'connecting');
    expect(cluster.activeConnections).toBe(1);
    take(cluster);
  });
});

describe('connections that wait to be connected', () => {
  it('are no more than maxPendingConnections; connected ones, and those given back, wait no longer', () => {
    const { cluster } = clusterWith(named(1, 2), { maxPendingConnections: 2 });
    const [first, second] = [take(cluster), take(cluster)];
    expect(cluster.take(undefined)).toBe('pending-overflow');
    const dialled = named(3)[0];
    if (dialled === undefined) throw new Error('unreachable');
    expect(cluster.takeDialled(dialled)).toBe('pending-overflow');
    cluster.connected(first);
    const third = cluster.takeDialled(dialled);
    expect(cluster.take(undefined)).toBe('pending-overflow');
    if (typeof third === 'string') throw new Error(third);
    cluster.release(third, 'connecting');
    take(cluster);
    cluster.connected(second);
    cluster.release(second, 'connected');
    take(cluster);
    expect(cluster.take(undefined)).toBe('pending-overflow');
    expect(cluster.activeConnections).toBe(3);
  });

  it('are asked for after the connections that there are and the endpoints that there may be', () => {
    const limits = { maxConnections: 1, maxPendingConnections: 1 };
    const { cluster } = clusterWith(named(1), limits);
    take(cluster);
    expect(cluster.take(undefined)).toBe('overflow');
    cluster.update(clusterOf([], { maxPendingConnections: 1 }));
    expect(cluster.take(undefined)).toBe('no-endpoints');
  });
});

describe('outlier detection', () => {
  const outlierDetection = { ...defaultOutlierDetection, maxEjectionPercent: 100 };

  it('ejects after consecutive failures, for longer each time, and returns at a sweep', () => {
    const { cluster, clock, told } = clusterWith(named(1, 2), { outlierDetection });
    const bad = endpointOf(cluster, 1);
    failTimes(cluster, bad, 4);
    cluster.connected(bad);
    failTimes(cluster, bad, 4);
    expect(told).toEqual([]);
    clock.now = 1_000;
    cluster.failed(bad);
    expect(told).toEqual(['1000 ejected 10.0.0.1:1 after 5 for 30000']);
    expect(new Set(picks(cluster, 50))).toEqual(new Set([2]));
    // 31 s have gone at the sweep of 40 s, not at that of 30 s.
    clock.now = 39_999;
    expect(new Set(picks(cluster, 50))).toEqual(new Set([2]));
    clock.now = 40_000;
    expect(new Set(picks(cluster, 50))).toEqual(new Set([1, 2]));
    expect(told.slice(1)).toEqual(['40000 returned 10.0.0.1:1']);
    failTimes(cluster, bad, 5);
    expect(told.slice(2)).toEqual(['40000 ejected 10.0.0.1:1 after 5 for 60000']);
  });

  it('takes a step off the back-off with each quiet interval', () => {
    const { cluster, clock, told } = clusterWith(named(1, 2), { outlierDetection });
    const bad = endpointOf(cluster, 1);
    for (const at of [0, 30_000]) {
      clock.now = at;
      picks(cluster, 1);
      failTimes(cluster, bad, 5);
    }
    clock.now = 90_000;
    picks(cluster, 1);
    clock.now = 120_000;
    picks(cluster, 1);
    failTimes(cluster, bad, 5);
    expect(told.at(-1)).toBe('120000 ejected 10.0.0.1:1 after 5 for 30000');
  });

  // Seen in Envoy 1.40: of two none goes at 10 %, of three none at 30 %, of two one at 50 %, of ten one at 10 %.
  it.each([
    [2, 10, 0],
    [3, 30, 0],
    [9, 10, 0],
    [10, 10, 1],
    [2, 50, 1],
    [4, 50, 2],
  ])('of %i endpoints and at most %i %% ejects %i', (endpoints, maxEjectionPercent, most) => {
    const ports = Array.from({ length: endpoints }, (_, i) => i + 1);
    const { cluster, told } = clusterWith(named(...ports), {
      outlierDetection: { ...defaultOutlierDetection, maxEjectionPercent },
    });
    for (const port of ports) failTimes(cluster, endpointOf(cluster, port), 5);
    expect(told.filter((line) => line.includes(' ejected '))).toHaveLength(most);
    expect(told.filter((line) => line.includes(' spared '))).toEqual([
      `0 spared 10.0.0.1:${most + 1} after 5`,
    ]);
  });

  it('leaves nothing when all are ejected, unless in panic', () => {
    const { cluster } = clusterWith(named(1, 2), { outlierDetection });
    for (const port of [1, 2]) failTimes(cluster, endpointOf(cluster, port), 5);
    expect(cluster.take(undefined)).toBe('no-endpoints');
    cluster.update(clusterOf(named(1, 2), { outlierDetection, panicThreshold: 10 }));
    expect(new Set(picks(cluster, 50))).toEqual(new Set([1, 2]));
  });

  it('counts local failures apart where they are split', () => {
    const settings = {
      ...outlierDetection,
      consecutive5xxErrors: 1,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 3,
    };
    const { cluster, told } = clusterWith(named(1, 2), { outlierDetection: settings });
    failTimes(cluster, endpointOf(cluster, 1), 2);
    expect(told).toEqual([]);
    failTimes(cluster, endpointOf(cluster, 1), 1);
    expect(told).toHaveLength(1);
  });

  it('counts a failed connect as a gateway error too; 0 switches a counter off', () => {
    const gateway = clusterWith(named(1, 2), {
      outlierDetection: {
        ...outlierDetection,
        consecutive5xxErrors: 0,
        consecutiveGatewayErrors: 2,
      },
    });
    failTimes(gateway.cluster, endpointOf(gateway.cluster, 1), 2);
    expect(gateway.told).toHaveLength(1);
    const off = clusterWith(named(1, 2), {
      outlierDetection: { ...outlierDetection, consecutive5xxErrors: 0 },
    });
    failTimes(off.cluster, endpointOf(off.cluster, 1), 100);
    expect(off.told).toEqual([]);
  });

  it('keeps what it knows of endpoints that stay through a change', () => {
    const { cluster, clock } = clusterWith(named(1, 2), { outlierDetection });
    const open = endpointOf(cluster, 2);
    failTimes(cluster, endpointOf(cluster, 1), 5);
    clock.now = 5_000;
    cluster.update(clusterOf(named(1, 2, 3), { outlierDetection }));
    expect(new Set(picks(cluster, 100))).toEqual(new Set([2, 3]));
    expect(cluster.endpoints().find(({ name }) => name === open.name)?.ejected).toBe(false);
    cluster.update(clusterOf(named(1, 2, 3)));
    expect(new Set(picks(cluster, 100))).toEqual(new Set([1, 2, 3]));
  });
});

type Step =
  | { readonly kind: 'take'; readonly key: string | undefined }
  | { readonly kind: 'release' | 'fail'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'update'; readonly ports: number[] };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('take' as const),
    key: fc.option(fc.string(), { nil: undefined }),
  }),
  fc.record({ kind: fc.constantFrom('release' as const, 'fail' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(100_000) }),
  fc.record({
    kind: fc.constant('update' as const),
    ports: fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
  }),
);

/** What has to hold of a cluster, beside the simplest model of it: a list of what is held. */
function runSteps(steps: readonly Step[]): void {
  const more = {
    maxConnections: 5,
    outlierDetection: {
      ...defaultOutlierDetection,
      consecutive5xxErrors: 2,
      maxEjectionPercent: 60,
    },
  };
  const { cluster, clock } = clusterWith(named(1, 2, 3), more);
  const held: EndpointState[] = [];
  let ports = [1, 2, 3];
  const check = (key: string | undefined): void => {
    const ejected = cluster.endpoints().filter((one) => one.ejected);
    const taken = cluster.take(key);
    if (taken === 'overflow') expect(held.length).toBe(5);
    else if (taken === 'no-endpoints') expect(ejected.length).toBe(ports.length);
    else if (taken === 'pending-overflow') throw new Error('nothing limits them here');
    else {
      expect(ejected.map(({ name }) => name)).not.toContain(taken.name);
      expect(ports).toContain(portOf(taken));
      held.push(taken);
    }
  };
  for (const step of steps) {
    if (step.kind === 'wait') clock.now += step.ms;
    else if (step.kind === 'take') check(step.key);
    else if (step.kind === 'update') {
      ports = step.ports;
      cluster.update(clusterOf(named(...ports), more));
    } else {
      const endpoint = held[step.which];
      if (endpoint === undefined) continue;
      if (step.kind === 'fail') cluster.failed(endpoint);
      else {
        held.splice(step.which, 1);
        cluster.release(endpoint, 'connecting');
      }
    }
    expect(cluster.activeConnections).toBe(held.length);
  }
}

it('never loses count, whatever the order of takes, releases, failures and changes', () => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 60 }), runSteps), { numRuns: 300 });
});
