/** What must hold of the model on every mesh. A failure prints its seed and the smallest mesh that fast-check finds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveAnswer } from './naive-reading.ts';
import {
  allCalls,
  ask,
  destinationsOf,
  documentsOf,
  essence,
  meshOfDocuments,
  type SmallRule,
  smallCall,
  smallMesh,
} from './small-mesh.ts';

const runs = { numRuns: 200 };
const outcomes = [
  'routed',
  'passthrough',
  'blackhole',
  'no-listener',
  'no-filter-chain',
  'listener-rejected',
  'http',
];

describe('routing', () => {
  it('gives every call exactly one outcome, the same whenever it is asked', () => {
    fc.assert(
      fc.property(smallMesh, smallCall, (small, call) => {
        const mesh = meshOfDocuments(documentsOf(small));
        const verdict = ask(mesh, call);
        expect(outcomes).toContain(verdict.outcome);
        const shares = verdict.destinations.reduce((sum, { share }) => sum + share, 0);
        expect(shares).toBeCloseTo(verdict.outcome === 'routed' ? 1 : 0);
        expect(essence(ask(mesh, call))).toEqual(essence(verdict));
      }),
      runs,
    );
  });

  it('ends its trace with the verdict, and marks the rule that was taken and no other', () => {
    fc.assert(
      fc.property(smallMesh, smallCall, (small, call) => {
        const verdict = ask(meshOfDocuments(documentsOf(small)), call);
        expect(verdict.steps.at(-1)).toMatchObject({ stage: 'verdict', subject: verdict.outcome });
        const { rule } = verdict;
        const taken = verdict.steps
          .filter(({ stage, result }) => stage === 'rule' && result === 'taken')
          .map(({ subject }) => subject);
        expect(taken).toEqual(rule === null ? [] : [`${rule.namespace}/${rule.name} ${rule.path}`]);
      }),
      runs,
    );
  });

  it('does not depend on the order of documents that have timestamps', () => {
    const shuffled = smallMesh.chain((small) => {
      const documents = documentsOf(small);
      return fc.tuple(
        fc.constant(documents),
        fc.shuffledSubarray(documents, { minLength: documents.length }),
      );
    });
    fc.assert(
      fc.property(shuffled, smallCall, ([documents, other], call) => {
        expect(essence(ask(meshOfDocuments(other), call))).toEqual(
          essence(ask(meshOfDocuments(documents), call)),
        );
      }),
      runs,
    );
  });

  it('is not changed by a VirtualService for another host', () => {
    fc.assert(
      fc.property(smallMesh, smallCall, (small, call) => {
        const [first] = small.virtualServices;
        if (first === undefined) return;
        const other = { ...first, name: 'aaa', created: 0, hosts: ['elsewhere.example.com'] };
        const more = { ...small, virtualServices: [other, ...small.virtualServices] };
        expect(essence(ask(meshOfDocuments(documentsOf(more)), call))).toEqual(
          essence(ask(meshOfDocuments(documentsOf(small)), call)),
        );
      }),
      runs,
    );
  });

  /**
   * Not so where a match without subnets follows one with subnets in a rule: Istio then forgets the subnets, and as a rule of
   * its own the first match would keep them. Nor for 0.0.0.0/0, which Istio drops: beside other subnets it adds nothing, alone
   * it takes every address.
   */
  it('goes the same way when the matches of a rule become rules of their own', () => {
    fc.assert(
      fc.property(smallMesh, smallCall, (small, call) => {
        const uniform = small.virtualServices.map((one) => ({ ...one, tcp: one.tcp.map(alike) }));
        const split = uniform.map((one) => ({ ...one, tcp: one.tcp.flatMap(apart) }));
        const before = ask(
          meshOfDocuments(documentsOf({ ...small, virtualServices: uniform })),
          call,
        );
        const after = ask(meshOfDocuments(documentsOf({ ...small, virtualServices: split })), call);
        expect(after.outcome).toBe(before.outcome);
        expect(destinationsOf(after)).toEqual(destinationsOf(before));
      }),
      runs,
    );
  });

  it('agrees with a second, naive reading of the specification', () => {
    fc.assert(
      fc.property(smallMesh, (small) => {
        const mesh = meshOfDocuments(documentsOf(small));
        for (const call of allCalls) {
          const naive = naiveAnswer(small, call);
          expect({ call, ...essence(ask(mesh, call)) }).toEqual({
            call,
            ...naive,
            destinations: naive.destinations
              .filter(({ share }) => share > 0)
              .map((one) => ({ ...one, endpoints: [...one.endpoints].sort() }))
              .sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1)),
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});

function sortable({
  cluster,
  share,
  problem,
  endpoints,
}: object & {
  readonly cluster: string;
  readonly share: number;
  readonly problem: string | null;
  readonly endpoints: readonly string[];
}): string {
  return JSON.stringify({ cluster, share, problem, endpoints });
}

/** Without subnets where some match has none, and without 0.0.0.0/0. */
function alike(rule: SmallRule): SmallRule {
  const matches = rule.match ?? [];
  const bySubnet = matches.every(({ destinationSubnets }) => destinationSubnets !== undefined);
  const kept = (subnets: readonly string[] = []): string[] =>
    subnets.map((subnet) => (subnet === '0.0.0.0/0' ? '172.16.0.0/12' : subnet));
  return {
    ...rule,
    match: matches.map((match) => ({
      ...match,
      destinationSubnets: bySubnet ? kept(match.destinationSubnets) : undefined,
    })),
  };
}

function apart(rule: SmallRule): SmallRule[] {
  const matches = rule.match ?? [];
  return matches.length < 2 ? [rule] : matches.map((match) => ({ ...rule, match: [match] }));
}
