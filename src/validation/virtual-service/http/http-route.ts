/** An http rule (virtualservice.go:validateHTTPRoute). */
import type { HttpRoute } from '../../../resource/index.ts';
import { checkDestination } from '../../parts/destination.ts';
import { checkDuration } from '../../parts/duration.ts';
import { alsoAt, type Report, unheardWarnings } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';
import { virtualServiceRules } from '../../rules/virtual-service.ts';
import { checkRoute } from '../route.ts';
import { checkCors } from './cors.ts';
import { checkDirectResponse } from './direct-response.ts';
import { checkFault } from './fault.ts';
import { checkAuthority, checkHeaders } from './header-operations.ts';
import { checkHttpMatch, isJwtClaim } from './http-match.ts';
import { checkRedirect, checkRewrite } from './redirect.ts';
import { checkRetries } from './retries.ts';

/** delegate: the VirtualService has no hosts; others include its rules. */
export function checkHttpRoute(rule: HttpRoute, delegate: boolean, report: Report): void {
  checkActions(rule, delegate, report);
  for (const match of rule.match ?? []) checkHttpMatch(match, unheardWarnings(report));
  checkHeaders(rule.headers, report);
  checkAuthority(rule, report);
  checkCors(rule.corsPolicy, report);
  if (rule.fault !== undefined) checkFault(rule.fault, unheardWarnings(report));
  checkMirrors(rule, report);
  checkRedirect(rule, report);
  checkDirectResponse(rule.directResponse, report);
  checkRetries(rule.retries, report);
  checkRewrite(rule.rewrite, report);
  checkDuration(rule, 'timeout', rule.timeout, report);
  for (const entry of rule.route ?? []) checkHeaders(entry.headers, report);
  checkRoute(rule.route, report);
}

/** Claims of a JWT are known at gateways only. */
export function checkJwtClaims(rule: HttpRoute, report: Report): void {
  for (const match of rule.match ?? []) {
    for (const headers of [match.headers, match.withoutHeaders]) {
      for (const name of Object.keys(headers ?? {})) {
        if (headers !== undefined && isJwtClaim(name)) {
          const what = `${JSON.stringify(name)} can be matched at gateways only`;
          report(virtualServiceRules.jwtClaim, headers, [name], what, { onKey: true });
        }
      }
    }
  }
}

/** A rule routes, redirects, answers, or delegates. */
function checkActions(rule: HttpRoute, delegate: boolean, report: Report): void {
  if (rule.delegate !== undefined) {
    if (!delegate) {
      checkDelegation(rule, report);
      return;
    }
    report(rules.delegate, rule, ['delegate'], 'this VirtualService is a delegate itself');
  }
  if (rule.redirect !== undefined) checkConflicts(rule, 'redirect', report);
  else if (rule.directResponse !== undefined) checkConflicts(rule, 'directResponse', report);
  else if (!hasRoute(rule))
    report(rules.actionMissing, rule, ['route'], 'this http rule has no route');
  if (rule.mirror !== undefined && (rule.mirrors?.length ?? 0) > 0)
    report(
      rules.mirrors,
      rule,
      ['mirrors'],
      'mirrors stands beside mirror',
      alsoAt('mirror is here', rule, 'mirror'),
    );
}

function checkDelegation(rule: HttpRoute, report: Report): void {
  if (rule.redirect !== undefined)
    report(rules.delegate, rule, ['redirect'], 'a rule that delegates cannot redirect');
  if (hasRoute(rule)) report(rules.delegate, rule, ['route'], 'a rule that delegates cannot route');
}

/** What a rule that redirects or answers itself cannot do besides. */
function checkConflicts(
  rule: HttpRoute,
  action: 'redirect' | 'directResponse',
  report: Report,
): void {
  for (const second of ['route', 'fault', 'rewrite', 'directResponse'] as const) {
    const given = second === 'route' ? hasRoute(rule) : rule[second] !== undefined;
    if (!given || second === action) continue;
    report(
      rules.actions,
      rule,
      [second],
      `${second} stands beside ${action}`,
      alsoAt(`${action} is here`, rule, action),
    );
  }
}

function hasRoute(rule: HttpRoute): boolean {
  return (rule.route?.length ?? 0) > 0;
}

function checkMirrors(rule: HttpRoute, report: Report): void {
  if (rule.mirror !== undefined) checkDestination(rule, 'mirror', rule.mirror, report);
  const old = rule.mirrorPercent === undefined ? 'mirror_percent' : 'mirrorPercent';
  const percent = rule.mirrorPercent ?? rule.mirror_percent;
  if (percent !== undefined) {
    report(rules.mirrorPercentOld, rule, [old], `${old} is deprecated`);
    if (percent > 100) report(rules.mirrorPercentage, rule, [old], `${percent} is over 100`);
  }
  checkPercentage(rule.mirrorPercentage, report);
  for (const mirror of rule.mirrors ?? []) {
    checkDestination(mirror, 'destination', mirror.destination, report);
    checkPercentage(mirror.percentage, report);
  }
}

function checkPercentage(percentage: HttpRoute['mirrorPercentage'], report: Report): void {
  const { value = 0 } = percentage ?? {};
  if (percentage !== undefined && (value < 0 || value > 100))
    report(rules.mirrorPercentage, percentage, ['value'], `${value} is not between 0 and 100`);
}
