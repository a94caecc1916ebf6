/** Headers that a rule sets, adds and removes (virtualservice.go:validateHeaderOperations, validateAuthorityRewrite). */
import type { HeaderOperations, Headers, HttpRoute } from '../../../resource/index.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';
import { headerValueDefect } from './header-value.ts';

export function checkHeaders(headers: Headers | undefined, report: Report): void {
  if (headers === undefined) return;
  if (headers.request !== undefined) checkOperations(headers.request, isOpenToRequests, report);
  if (headers.response !== undefined) checkOperations(headers.response, isOpen, report);
}

/** settable: which names set and add may have; remove never takes those that belong to the request line. */
function checkOperations(
  operations: HeaderOperations,
  settable: (name: string) => boolean,
  report: Report,
): void {
  for (const map of [operations.set, operations.add]) {
    if (map === undefined) continue;
    for (const [name, value] of Object.entries(map)) {
      if (name === '')
        report(rules.operationName, map, [name], 'a header without a name', { onKey: true });
      else if (!settable(name))
        report(rules.operationName, map, [name], `the header ${quote(name)} cannot be set here`, {
          onKey: true,
        });
      const defect = headerValueDefect(value);
      if (defect !== null) report(rules.operationValue, map, [name], `${quote(value)} ${defect}`);
    }
  }
  for (const [i, name] of (operations.remove ?? []).entries()) {
    if (name !== '' && isOpen(name)) continue;
    const what = name === '' ? 'a header without a name' : `${quote(name)} cannot be removed`;
    report(rules.operationName, operations, ['remove', i], what);
  }
}

function isOpen(name: string): boolean {
  return !name.startsWith(':') && name.toLowerCase() !== 'host';
}

function isOpenToRequests(name: string): boolean {
  return !name.startsWith(':') || name.toLowerCase() === ':authority';
}

/** The authority that a request leaves with can be set by rewrite and by headers, but only once. */
export function checkAuthority(rule: HttpRoute, report: Report): void {
  let current = rule.rewrite?.authority ?? '';
  const { request } = rule.headers ?? {};
  for (const map of [request?.set, request?.add]) {
    if (map === undefined) continue;
    for (const [name, value] of Object.entries(map)) {
      const lower = name.toLowerCase();
      if (lower !== ':authority' && lower !== 'host') continue;
      if (current !== '') {
        report(
          rules.authorityTwice,
          map,
          [name],
          `the authority is set to ${quote(current)} already`,
        );
      }
      current = value;
    }
  }
}
