/** corsPolicy (virtualservice.go:validateCORSPolicy). */
import type { CorsPolicy } from '../../../resource/index.ts';
import { checkDuration } from '../../parts/duration.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';
import { isHeaderToken } from './http-match.ts';
import { checkStringMatch } from './string-match.ts';

const methods = new Set('GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE *'.split(' '));

/** The old allowOrigin is not checked. */
export function checkCors(policy: CorsPolicy | undefined, report: Report): void {
  if (policy === undefined) return;
  for (const origin of policy.allowOrigins ?? []) {
    const { exact, prefix, regex } = origin;
    if (regex === undefined && (exact ?? '') === '' && (prefix ?? '') === '')
      report(rules.corsOrigin, origin, [], 'this origin is empty');
    else checkStringMatch(origin, report);
  }
  for (const [i, method] of (policy.allowMethods ?? []).entries()) {
    if (!methods.has(method))
      report(rules.corsMethod, policy, ['allowMethods', i], `${quote(method)} is no HTTP method`);
  }
  for (const field of ['allowHeaders', 'exposeHeaders'] as const) {
    for (const [i, name] of (policy[field] ?? []).entries()) {
      if (name !== '*' && !isHeaderToken(name))
        report(rules.corsHeader, policy, [field, i], `${quote(name)} is not a header name`);
    }
  }
  const { maxAge } = policy;
  checkDuration(policy, 'maxAge', maxAge, report);
  if (maxAge !== undefined && maxAge % 1000 !== 0)
    report(rules.corsMaxAge, policy, ['maxAge'], 'maxAge is not in whole seconds');
}
