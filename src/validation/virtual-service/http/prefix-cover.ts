/** http matches whose uri prefix is covered by that of an earlier match (virtualservice.go:analyzeUnreachableHTTPRules). */
import type { HttpMatchRequest, HttpRoute, StringMatch } from '../../../resource/index.ts';
import type { Report } from '../../report.ts';
import { virtualServiceRules as rules } from '../../rules/virtual-service.ts';
import { matchKey } from '../match-key.ts';

type Candidate = {
  readonly rule: number;
  readonly index: number;
  readonly prefix: string;
  readonly match: HttpMatchRequest;
};

/** sourceLabels, sourceNamespace, gateways, scheme and ignoreUriCase are not compared, as Istio does not. */
export function checkPrefixCover(routes: readonly HttpRoute[], report: Report): void {
  const all = candidates(routes);
  if (all.length < 2) return;
  const shorter = nextShorter(all.map(({ prefix }) => prefix));
  const earlier = new Map<string, Candidate[]>();
  for (const candidate of all) {
    const { prefix, rule, index } = candidate;
    const before = coverOf(candidate, shorter, earlier);
    const route = routes[rule];
    if (before !== undefined && route !== undefined) {
      report(
        rules.ineffectiveMatch,
        route,
        ['match', index],
        `match #${index} of rule #${rule} never decides: its prefix ${JSON.stringify(prefix)} is covered by ${JSON.stringify(before.prefix)} of rule #${before.rule}`,
      );
    }
    const same = earlier.get(prefix);
    if (same === undefined) earlier.set(prefix, [candidate]);
    else same.push(candidate);
  }
}

/** For each prefix the longest other one that begins it; so the chain from a prefix names all that cover it. */
function nextShorter(prefixes: readonly string[]): ReadonlyMap<string, string> {
  const next = new Map<string, string>();
  const open: string[] = [];
  for (const prefix of [...new Set(prefixes)].sort()) {
    while (open.length > 0 && !prefix.startsWith(open.at(-1) ?? '')) open.pop();
    const cover = open.at(-1);
    if (cover !== undefined) next.set(prefix, cover);
    open.push(prefix);
  }
  return next;
}

function coverOf(
  candidate: Candidate,
  shorter: ReadonlyMap<string, string>,
  earlier: ReadonlyMap<string, readonly Candidate[]>,
): Candidate | undefined {
  for (let at = shorter.get(candidate.prefix); at !== undefined; at = shorter.get(at)) {
    const found = earlier.get(at)?.find((other) => agreeBesidesPrefix(other, candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Matches by a non-empty prefix; repeated ones and those behind a rule without match are left out. */
function candidates(routes: readonly HttpRoute[]): Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<string>();
  for (const [rule, route] of routes.entries()) {
    if ((route.match?.length ?? 0) === 0) break;
    for (const [index, match] of (route.match ?? []).entries()) {
      const key = matchKey('http', match);
      if (seen.has(key)) continue;
      seen.add(key);
      const prefix = match.uri?.prefix ?? '';
      if (prefix !== '') found.push({ rule, index, prefix, match });
    }
  }
  return found;
}

function agreeBesidesPrefix(a: Candidate, b: Candidate): boolean {
  return (
    (a.match.port ?? 0) === (b.match.port ?? 0) &&
    agree(textOf(a.match.method) || anyMethod, textOf(b.match.method) || anyMethod) &&
    agree(textOf(a.match.authority), textOf(b.match.authority)) &&
    allAgree(a.match.headers, b.match.headers) &&
    allAgree(a.match.queryParams, b.match.queryParams) &&
    allAgree(a.match.withoutHeaders, b.match.withoutHeaders)
  );
}

/** What Istio takes a match without method for. */
const anyMethod = 'exact:GET';

/** Empty for none, and for a regex too. */
function textOf(match: StringMatch | undefined): string {
  if (match?.exact) return `exact:${match.exact}`;
  return match?.prefix ? `prefix:${match.prefix}` : '';
}

/** It looks the wrong way round, but so `coveredValidation` compares: an earlier match with a header value covers a later one without. */
function agree(earlier: string, later: string): boolean {
  return earlier.startsWith(later);
}

type Matches = HttpMatchRequest['headers'];

function allAgree(earlier: Matches, later: Matches): boolean {
  const a = Object.entries(earlier ?? {});
  const b = later ?? {};
  if (a.length !== Object.keys(b).length) return false;
  return a.every(([key, match]) => {
    const other: StringMatch | undefined = (b as { readonly [key: string]: StringMatch })[key];
    return other !== undefined && agree(textOf(match), textOf(other));
  });
}
