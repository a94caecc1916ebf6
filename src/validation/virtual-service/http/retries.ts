/** Retries (virtualservice.go:validateHTTPRetry). */
import type { HttpRetry } from '../../../resource/index.ts';
import { checkDuration } from '../../parts/duration.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';

const conditions = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

export function checkRetries(retries: HttpRetry | undefined, report: Report): void {
  if (retries === undefined) return;
  const { attempts = 0, perTryTimeout, retryOn = '', retryRemoteLocalities } = retries;
  if (attempts < 0) report(rules.retries, retries, ['attempts'], `attempts is ${attempts}`);
  const needless =
    perTryTimeout !== undefined || retryOn !== '' || retryRemoteLocalities !== undefined;
  if (attempts === 0 && needless)
    report(rules.retries, retries, ['attempts'], 'attempts is 0, so the other settings do nothing');
  checkDuration(retries, 'perTryTimeout', perTryTimeout, report);
  checkDuration(retries, 'backoff', retries.backoff, report);
  if (retryOn === '') return;
  for (const part of retryOn.split(',')) {
    if (!conditions.has(part) && !isHttpStatus(part))
      report(rules.retryOn, retries, ['retryOn'], `${quote(part)} is not a reason to retry`);
  }
}

/** The codes that have a name in Go's net/http. */
function isHttpStatus(text: string): boolean {
  if (!/^\+?0*\d{3}$/.test(text)) return false;
  const code = Number(text);
  const ranges = [
    [100, 103],
    [200, 208],
    [226, 226],
    [300, 305],
    [307, 308],
    [400, 418],
    [421, 426],
    [428, 429],
    [431, 431],
    [451, 451],
    [500, 508],
    [510, 511],
  ] as const;
  return ranges.some(([first, last]) => code >= first && code <= last);
}
