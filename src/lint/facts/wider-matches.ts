/** Matches of a rule that hold wherever another of them does. */
import type { Rule, RuleMatch } from '../../expectation/index.ts';
import { staticCovers } from '../../routing/index.ts';

type Match = { readonly number: number; readonly value: RuleMatch };

/** Of fewer each is held against each. */
const fewMatches = 8;

/** number: of the wider match, from 1; undefined for a match that none is wider than. By the index of the narrow one. */
export function widerMatches({ matches, virtualService }: Rule): readonly (number | undefined)[] {
  const { namespace } = virtualService;
  const all = matches.map(({ value }, i): Match => ({ number: i + 1, value }));
  const candidates = all.length > fewMatches ? candidatesIn(all) : () => all;
  return all.map((narrow) => {
    const wider = candidates(narrow).filter(
      (wide) =>
        wide !== narrow &&
        staticCovers(wide.value, narrow.value, namespace) &&
        !staticCovers(narrow.value, wide.value, namespace) &&
        dialledAt(wide.value) === dialledAt(narrow.value),
    );
    return wider.length === 0 ? undefined : Math.min(...wider.map(({ number }) => number));
  });
}

/** A match for other addresses or server names has a filter chain of its own. */
function dialledAt(match: RuleMatch): string {
  const names = 'sniHosts' in match ? match.sniHosts : [];
  return JSON.stringify([match.destinationSubnets ?? [], names ?? []]);
}

/** Of a long list few have what a match has: each is kept by the one condition of its own that the fewest have. */
function candidatesIn(matches: readonly Match[]): (narrow: Match) => readonly Match[] {
  const counts = new Map<string, number>();
  for (const { value } of matches)
    for (const one of conditionsOf(value)) counts.set(one, (counts.get(one) ?? 0) + 1);
  const byRarest = new Map<string, Match[]>();
  for (const match of matches) {
    const rarest = conditionsOf(match.value).reduce(
      (best, one) => (best === '' || (counts.get(one) ?? 0) < (counts.get(best) ?? 0) ? one : best),
      '',
    );
    const group = byRarest.get(rarest);
    if (group === undefined) byRarest.set(rarest, [match]);
    else group.push(match);
  }
  return ({ value }) => ['', ...conditionsOf(value)].flatMap((one) => byRarest.get(one) ?? []);
}

/** What a wider match can only ask for if the narrow one does. */
function conditionsOf({ port, sourceNamespace, sourceLabels }: RuleMatch): readonly string[] {
  return [
    ...(port === undefined || port === 0 ? [] : [`port ${port}`]),
    ...(sourceNamespace === undefined || sourceNamespace === '' ? [] : [`in ${sourceNamespace}`]),
    ...Object.entries(sourceLabels ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
}
