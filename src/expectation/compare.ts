/** Holds a verdict against what was expected of it. */
import type { DestinationShare, Verdict } from '../routing/index.ts';
import {
  type Expectation,
  type ExpectedDestination,
  type ExpectedRule,
  ruleNumber,
} from './test-file.ts';

/** One thing that is not as expected, both sides in words. */
export type Mismatch = {
  readonly what: 'outcome' | 'rule' | 'destinations';
  readonly expected: string;
  readonly actual: string;
};

/** Empty when the verdict is as expected. Keys that the expectation leaves out are not compared. */
export function compareVerdict(expect: Expectation, verdict: Verdict): Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (expect.outcome !== undefined && expect.outcome !== verdict.outcome)
    mismatches.push({ what: 'outcome', expected: expect.outcome, actual: verdict.outcome });
  if (expect.rule !== undefined && !ruleFits(expect.rule, verdict))
    mismatches.push({
      what: 'rule',
      expected: ruleText(expect.rule),
      actual: actualRuleText(verdict),
    });
  const wanted = expect.destinations;
  if (wanted !== undefined && !sameDestinations(wanted, verdict.destinations))
    mismatches.push({
      what: 'destinations',
      expected: wanted.length === 0 ? 'none' : wanted.map(expectedText).join('; '),
      actual: destinationsText(verdict, wanted),
    });
  return mismatches;
}

function ruleFits(expected: ExpectedRule | null, { rule }: Verdict): boolean {
  if (expected === null || rule === null) return expected === null && rule === null;
  return (
    expected.namespace === rule.namespace &&
    expected.name === rule.name &&
    (expected.number === null || expected.number === ruleNumber(rule.path))
  );
}

/** As multisets: each expected destination has one of its own among the actual ones, and none is left over. */
function sameDestinations(
  expected: readonly ExpectedDestination[],
  actual: readonly DestinationShare[],
): boolean {
  return (
    expected.length === actual.length &&
    pairs(expected, actual, (want, got) => destinationFits(want, got, actual.length === 1))
  );
}

/** Is there a one-to-one assignment? Augmenting paths, since what is left out may fit several. */
function pairs<A, B>(left: readonly A[], right: readonly B[], fits: (a: A, b: B) => boolean) {
  const ownerOf = new Map<number, number>();
  const assign = (i: number, tried: Set<number>): boolean => {
    const a = left[i];
    if (a === undefined) return false;
    for (const [j, b] of right.entries()) {
      if (tried.has(j) || !fits(a, b)) continue;
      tried.add(j);
      const owner = ownerOf.get(j);
      if (owner === undefined || assign(owner, tried)) {
        ownerOf.set(j, i);
        return true;
      }
    }
    return false;
  };
  return left.every((_, i) => assign(i, new Set()));
}

function destinationFits(
  want: ExpectedDestination,
  got: DestinationShare,
  alone: boolean,
): boolean {
  return (
    same(want.host, got.host) &&
    same(want.port, got.port) &&
    same(want.subset, got.subset) &&
    // A single destination takes everything, whatever weight is written: 100 says the same as none.
    (same(want.weight, got.weight) || (alone && want.weight === 100)) &&
    same(want.problem, got.problem) &&
    (want.endpoints === undefined || sameTexts(want.endpoints, addressesOf(got)))
  );
}

function same<T>(wanted: T | undefined, got: T | undefined): boolean {
  return wanted === undefined || wanted === got;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const sorted = [...b].sort();
  return [...a].sort().every((text, i) => text === sorted[i]);
}

function addressesOf(destination: DestinationShare): string[] {
  return destination.endpoints.map(({ address }) => address);
}

export function ruleText(rule: ExpectedRule | null): string {
  if (rule === null) return "null (the service's own cluster)";
  return `${rule.namespace}/${rule.name}${rule.number === null ? '' : `#${rule.number}`}`;
}

function actualRuleText({ rule, outcome }: Verdict): string {
  if (rule === null) return outcome === 'routed' ? ruleText(null) : `null (${outcome})`;
  const number = ruleNumber(rule.path);
  return `${rule.namespace}/${rule.name}${number === null ? '' : `#${number}`}`;
}

function expectedText(want: ExpectedDestination): string {
  const parts = [`${want.host ?? 'any host'}${want.port === undefined ? '' : `:${want.port}`}`];
  if (want.subset !== undefined) parts.push(`subset ${want.subset === '' ? 'none' : want.subset}`);
  if (want.weight !== undefined) parts.push(`weight ${want.weight}`);
  if (want.endpoints !== undefined)
    parts.push(`endpoints ${want.endpoints.length === 0 ? 'none' : want.endpoints.join(', ')}`);
  if (want.problem !== undefined) parts.push(want.problem ?? 'no problem');
  return parts.join(' ');
}

/** The actual destinations, each with the kinds of facts that an expectation names. */
function destinationsText(verdict: Verdict, expected: readonly ExpectedDestination[]): string {
  if (verdict.destinations.length === 0) return `none (${verdict.outcome})`;
  const asked = (key: keyof ExpectedDestination): boolean =>
    expected.some((want) => want[key] !== undefined);
  return verdict.destinations
    .map((got) =>
      expectedText({
        host: got.host,
        port: got.port,
        subset: asked('subset') || got.subset !== '' ? got.subset : undefined,
        weight: got.weight,
        endpoints: asked('endpoints') ? addressesOf(got) : undefined,
        problem: asked('problem') || got.problem !== null ? got.problem : undefined,
      }),
    )
    .join('; ');
}
