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

/** A longer prefix than this is not looked at: no request has such a path. */
const maxLength = 4096;

/** sourceLabels, sourceNamespace, gateways, scheme and ignoreUriCase are not compared, as Istio does not. */
export function checkPrefixCover(routes: readonly HttpRoute[], report: Report): void {
  const earlier = new Map<string, Candidate[]>();
  const lengths = new Set<number>();
  for (const candidate of candidates(routes)) {
    const { prefix, rule, index } = candidate;
    const before = [...lengths]
      .filter((length) => length < prefix.length)
      .flatMap((length) => earlier.get(prefix.slice(0, length)) ?? [])
      .find((other) => agreeBesidesPrefix(other, candidate));
    const route = routes[rule];
    if (before !== undefined && route !== undefined) {
      report(
        rules.ineffectiveMatch,
        route,
        ['match', index],
        `match #${index} of rule #${rule} never decides: its prefix ${JSON.stringify(prefix)} is covered by ${JSON.stringify(before.prefix)} of rule #${before.rule}`,
      );
    }
    lengths.add(prefix.length);
    const same = earlier.get(prefix);
    if (same === undefined) earlier.set(prefix, [candidate]);
    else same.push(candidate);
  }
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
      if (prefix !== '' && prefix.length <= maxLength) found.push({ rule, index, prefix, match });
    }
  }
  return found;
}

function agreeBesidesPrefix(a: Candidate, b: Candidate): boolean {
  return (
    (a.match.port ?? 0) === (b.match.port ?? 0) &&
    agree(textOf(a.match.method, 'exact:GET'), textOf(b.match.method, 'exact:GET')) &&
    agree(textOf(a.match.authority), textOf(b.match.authority)) &&
    allAgree(a.match.headers, b.match.headers) &&
    allAgree(a.match.queryParams, b.match.queryParams) &&
    allAgree(a.match.withoutHeaders, b.match.withoutHeaders)
  );
}

function textOf(match: StringMatch | undefined, absent = ''): string {
  if (match === undefined) return absent;
  if (match.exact !== undefined) return `exact:${match.exact}`;
  return match.prefix === undefined ? '' : `prefix:${match.prefix}`;
}

function agree(earlier: string, later: string): boolean {
  return later.startsWith(earlier);
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
