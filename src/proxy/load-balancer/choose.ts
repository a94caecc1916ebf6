/** Picks one of several endpoints by a cluster's policy. State that a policy keeps (a position, a ring) lives in the chooser. */
import type { LoadBalancerPolicy } from '../cluster-config.ts';
import { buildHashRing, pickFromRing } from './hash-ring.ts';
import { buildMaglevTable, pickFromTable } from './maglev.ts';
import { xxHash64 } from './xx-hash.ts';

export type Candidate = {
  readonly name: string;
  readonly weight: number;
  readonly activeConnections: number;
};

/** `candidates` is never empty; the same array means that nothing changed since the last call. */
export type Choose = <T extends Candidate>(
  candidates: readonly T[],
  hashKey: string | undefined,
) => T | undefined;

export function chooser(policy: LoadBalancerPolicy, random: () => number): Choose {
  const atRandom: Choose = (candidates) => candidates[Math.floor(random() * candidates.length)];
  switch (policy.kind) {
    case 'random':
      return atRandom;
    case 'least-request':
      return unlessWeighted(
        leastRequest(atRandom),
        random,
        (one) => one.weight / (one.activeConnections + 1),
      );
    case 'round-robin':
      return unlessWeighted(roundRobin(random), random, ({ weight }) => weight);
    case 'ring-hash':
      return byHash(
        atRandom,
        (names) => buildHashRing(names, policy.minimumRingSize),
        pickFromRing,
      );
    case 'maglev':
      return byHash(atRandom, (names) => buildMaglevTable(names, policy.tableSize), pickFromTable);
  }
}

/** Two at random (they may be the same), the one with fewer open connections, the first on a tie: `least_request_lb.cc`. */
const leastRequest =
  (atRandom: Choose): Choose =>
  (candidates, hashKey) => {
    const first = atRandom(candidates, hashKey);
    const second = atRandom(candidates, hashKey);
    if (first === undefined || second === undefined) return first;
    return second.activeConnections < first.activeConnections ? second : first;
  };

/** In turn, from a random start, so that many client proxies do not all begin with the same endpoint. */
function roundRobin(random: () => number): Choose {
  let position: number | undefined;
  return (candidates) => {
    position = position === undefined ? Math.floor(random() * candidates.length) : position + 1;
    position %= candidates.length;
    return candidates[position];
  };
}

/**
 * Where weights differ Envoy takes turns by earliest deadline (`edf_scheduler.h`): each pick puts an endpoint's next turn off by the
 * inverse of its weight. Of least-request that weight falls with the connections that are open (`EdfLoadBalancerBase`).
 */
function unlessWeighted(
  plain: Choose,
  random: () => number,
  weightOf: (candidate: Candidate) => number,
): Choose {
  let builtFor: readonly Candidate[] | undefined;
  let weighted = false;
  let deadlines: number[] = [];
  return (candidates, hashKey) => {
    if (builtFor !== candidates) {
      builtFor = candidates;
      weighted = candidates.some(({ weight }) => weight !== candidates[0]?.weight);
      // Client proxies do not all begin with the same one.
      deadlines = weighted ? candidates.map((one) => random() / weightOf(one)) : [];
    }
    if (!weighted) return plain(candidates, hashKey);
    const next = Math.min(...deadlines);
    const index = deadlines.indexOf(next);
    const chosen = candidates[index];
    if (chosen !== undefined) deadlines[index] = next + 1 / weightOf(chosen);
    return chosen;
  };
}

function byHash<Table>(
  atRandom: Choose,
  build: (names: readonly string[]) => Table,
  pick: (table: Table, hash: bigint) => number,
): Choose {
  let builtFor: readonly Candidate[] | undefined;
  let table: Table | undefined;
  return (candidates, hashKey) => {
    // Without a key Envoy hashes a random number.
    if (hashKey === undefined) return atRandom(candidates, hashKey);
    if (table === undefined || builtFor !== candidates) {
      table = build(candidates.map(({ name }) => name));
      builtFor = candidates;
    }
    return candidates[pick(table, xxHash64(hashKey))];
  };
}
