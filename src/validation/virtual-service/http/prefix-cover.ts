/** http matches whose uri prefix is covered by that of an earlier match (virtualservice.go:analyzeUnreachableHTTPRules). */
import type { HttpMatchRequest, HttpRoute, StringMatch } from '../../../resource/index.ts';
import type { Report } from '../../report.ts';
import { virtualServiceRules as rules } from '../../rules/virtual-service.ts';
import { matchKey } from '../match-key.ts';
import { narrowedBy } from './narrowed-by.ts';

type Candidate = {
  readonly rule: number;
  readonly index: number;
  readonly prefix: string;
  readonly match: HttpMatchRequest;
};

/** A cover, and what it is narrowed by although Istio takes it for one. */
type Cover = { readonly by: Candidate; readonly narrowed: readonly string[] };

/** So many covers in Istio's eyes are looked at for one that is a cover indeed. */
const maxCovers = 100;

/** Istio does not compare sourceLabels, sourceNamespace, gateways, scheme and ignoreUriCase, and takes some narrower matches for wider. */
export function checkPrefixCover(routes: readonly HttpRoute[], report: Report): void {
  const all = candidates(routes);
  if (all.length < 2) return;
  const shorter = nextShorter(all.map(({ prefix }) => prefix));
  const earlier = new Map<string, Candidate[]>();
  for (const candidate of all) {
    const { prefix, rule } = candidate;
    const before = coverOf(candidate, shorter, earlier);
    const route = routes[rule];
    if (before !== undefined && route !== undefined) sayCovered(candidate, before, route, report);
    const same = earlier.get(prefix);
    if (same === undefined) earlier.set(prefix, [candidate]);
    else same.push(candidate);
  }
}

function sayCovered(candidate: Candidate, cover: Cover, route: HttpRoute, report: Report): void {
  const { rule, index, prefix } = candidate;
  const { by, narrowed } = cover;
  const [mine, its] = [JSON.stringify(prefix), JSON.stringify(by.prefix)];
  const keys = ['match', index];
  if (narrowed.length === 0)
    report(
      rules.ineffectiveMatch,
      route,
      keys,
      `match ${index + 1} of rule ${rule + 1} never decides: its prefix ${mine} is covered by ${its} of rule ${by.rule + 1}`,
    );
  else
    report(
      rules.ineffectiveMatch,
      route,
      keys,
      `Istio's analyzer takes prefix ${mine} of rule ${rule + 1} for covered by ${its} of rule ${by.rule + 1}, but that match is narrowed by ${narrowed.join(' and ')} and leaves the rest to this one`,
      {
        why: 'The analyzer compares some fields of the matches; a request has to fit all of them.',
        help: 'Nothing has to be done.',
      },
    );
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
): Cover | undefined {
  let seeming: Cover | undefined;
  let seen = 0;
  for (let at = shorter.get(candidate.prefix); at !== undefined; at = shorter.get(at)) {
    for (const by of earlier.get(at) ?? []) {
      if (!agreeBesidesPrefix(by, candidate)) continue;
      const narrowed = narrowedBy(by.match, candidate.match);
      if (narrowed.length === 0) return { by, narrowed };
      seeming ??= { by, narrowed };
      if (++seen >= maxCovers) return seeming;
    }
  }
  return seeming;
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
