/** A match of an http rule (virtualservice.go:validateHTTPRouteMatchRequest). */
import type { HttpMatchRequest } from '../../../resource/index.ts';
import { isDnsLabel } from '../../names.ts';
import { checkLabels } from '../../parts/labels.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';
import { checkGateways } from '../gateways.ts';
import { checkMatchPort } from '../l4-match.ts';
import { checkRegex, checkStringMatch } from './string-match.ts';

const pseudoHeaders = new Set([':method', ':scheme', ':authority', ':path', ':status']);
/** With the comma, which Istio's own expression lets in by a range that was not meant as one (validation.go:tchars). */
const token = /^[!#$%&'*+,\-.^_`|~0-9A-Za-z]+$/;

export function isHeaderToken(name: string): boolean {
  return token.test(name);
}

/** `@request.auth.claims.group` or `@request.auth.claims[group]`. */
export function isJwtClaim(name: string): boolean {
  return /^@request\.auth\.claims(?:\..|\[.+\]$)/i.test(name);
}

export function checkHttpMatch(match: HttpMatchRequest, report: Report): void {
  checkHeaderMatches(match, report);
  const { uri, scheme, method, authority, queryParams, sourceNamespace = '' } = match;
  if (uri !== undefined) checkRegex(uri, 'regex', uri.regex, report);
  for (const part of [scheme, method, authority]) checkStringMatch(part, report);
  for (const parameter of Object.values(queryParams ?? {})) checkStringMatch(parameter, report);
  checkMatchPort(match, report);
  checkLabels(match.sourceLabels, report);
  checkGateways(match.gateways, report);
  if (sourceNamespace !== '' && !isDnsLabel(sourceNamespace))
    report(
      rules.sourceNamespace,
      match,
      ['sourceNamespace'],
      `${quote(sourceNamespace)} is not a namespace`,
    );
}

function checkHeaderMatches(match: HttpMatchRequest, report: Report): void {
  for (const field of ['headers', 'withoutHeaders'] as const) {
    const headers = match[field];
    if (headers === undefined) continue;
    for (const [name, matcher] of Object.entries(headers)) {
      if (!isJwtClaim(name) && !pseudoHeaders.has(name) && !isHeaderToken(name))
        report(rules.headerName, headers, [name], `${quote(name)} is not a header name`, {
          onKey: true,
        });
      // `*` here asks only whether the header is there.
      if (field === 'headers' || matcher.regex !== '*') checkStringMatch(matcher, report);
    }
  }
}
