/** How connections are spread (validation.go:validateLoadBalancer). */
import type { LoadBalancerSettings } from '../../resource/index.ts';
import { checkDuration } from '../parts/duration.ts';
import { alsoAt, quote, type Report } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';
import { checkLocality, checkZoneAware } from './locality.ts';

const largestTable = 5_000_011;

/** outliers: the same policy has outlierDetection. */
export function checkLoadBalancer(
  balancer: LoadBalancerSettings,
  outliers: boolean,
  report: Report,
): void {
  const { consistentHash, localityLbSetting, zoneAwareLbSetting, warmup } = balancer;
  if (consistentHash !== undefined) checkConsistentHash(consistentHash, report);
  if (localityLbSetting !== undefined && zoneAwareLbSetting !== undefined)
    report(
      rules.localityConflict,
      balancer,
      ['zoneAwareLbSetting'],
      'zoneAwareLbSetting stands beside localityLbSetting',
      alsoAt('localityLbSetting is here', balancer, 'localityLbSetting'),
    );
  if (localityLbSetting !== undefined) checkLocality(localityLbSetting, outliers, report);
  if (zoneAwareLbSetting !== undefined) checkZoneAware(zoneAwareLbSetting, outliers, report);
  if (warmup !== undefined) checkWarmup(warmup, report);
}

type ConsistentHash = NonNullable<LoadBalancerSettings['consistentHash']>;

function checkConsistentHash(hash: ConsistentHash, report: Report): void {
  const { httpCookie, maglev } = hash;
  if (httpCookie !== undefined) checkCookie(httpCookie, report);
  checkRingSize(hash, report);
  const size = maglev?.tableSize ?? 0;
  if (maglev !== undefined && (size === 0 || size >= largestTable || !isPrime(size)))
    report(
      rules.maglevTable,
      maglev,
      ['tableSize'],
      `the table size ${size} is not a prime below ${largestTable}`,
    );
}

function checkCookie(cookie: NonNullable<ConsistentHash['httpCookie']>, report: Report): void {
  if ((cookie.name ?? '') === '')
    report(rules.cookieName, cookie, ['name'], 'the cookie has no name');
  const seen = new Set<string>();
  for (const attribute of cookie.attributes ?? []) {
    const { name = '' } = attribute;
    if (name === '' || seen.has(name)) {
      const what = name === '' ? 'this attribute has no name' : `${quote(name)} is given twice`;
      report(rules.cookieAttribute, attribute, ['name'], what);
    }
    seen.add(name);
  }
}

/** The ring size once stood here; now it belongs to ringHash. */
function checkRingSize(hash: ConsistentHash, report: Report): void {
  const { minimumRingSize = 0, ringHash, maglev } = hash;
  if (minimumRingSize === 0) return;
  report(rules.ringSizeOld, hash, ['minimumRingSize'], 'minimumRingSize is deprecated here');
  const beside = ringHash !== undefined ? 'ringHash' : maglev !== undefined ? 'maglev' : null;
  if (beside !== null)
    report(
      rules.ringSizeTwice,
      hash,
      ['minimumRingSize'],
      `minimumRingSize stands beside ${beside}`,
      alsoAt(`${beside} is here`, hash, beside),
    );
}

/** 1 counts as prime, as in Istio. */
function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++)
    if (number % divisor === 0) return false;
  return true;
}

function checkWarmup(warmup: NonNullable<LoadBalancerSettings['warmup']>, report: Report): void {
  if (warmup.duration === undefined)
    report(rules.warmup, warmup, ['duration'], 'this warm-up has no duration');
  checkDuration(warmup, 'duration', warmup.duration, report);
  if ((warmup.minimumPercent ?? 0) > 100)
    report(rules.warmup, warmup, ['minimumPercent'], `minimumPercent is ${warmup.minimumPercent}`);
  if (warmup.aggression !== undefined && warmup.aggression <= 0)
    report(rules.warmup, warmup, ['aggression'], `aggression is ${warmup.aggression}`);
}
