/** Load balancing by locality and zone (validation.go:validateLocalityLbSetting, validateLocalities). */
import type { LoadBalancerSettings, Placed } from '../../resource/index.ts';
import { quote, type Report } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';

type LocalitySetting = NonNullable<LoadBalancerSettings['localityLbSetting']>;
type ZoneAwareSetting = NonNullable<LoadBalancerSettings['zoneAwareLbSetting']>;
type Failing = LocalitySetting | ZoneAwareSetting;

const topologyLabels = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
]);

export function checkLocality(setting: LocalitySetting, outliers: boolean, report: Report): void {
  const distribute = setting.distribute ?? [];
  const failover = setting.failover ?? [];
  if (distribute.length > 0 && failover.length > 0) {
    report(rules.distributeAndFailover, setting, ['failover'], 'failover stands beside distribute');
    return;
  }
  if (failover.length > 0 && !checkPriority(setting, report)) return;
  if (!checkDistribute(setting, report)) return;
  checkFailover(setting, outliers, report);
}

export function checkZoneAware(setting: ZoneAwareSetting, outliers: boolean, report: Report): void {
  checkPriority(setting, report);
  checkFailover(setting, outliers, report);
}

/** False where a label of the topology stands in failoverPriority. */
function checkPriority(setting: Failing, report: Report): boolean {
  const priorities = setting.failoverPriority ?? [];
  const wrong = priorities.findIndex((entry) => topologyLabels.has(entry));
  if (wrong === -1) return true;
  const what = `${quote(priorities[wrong] ?? '')} is ordered by failover already`;
  report(rules.failoverPriority, setting, ['failoverPriority', wrong], what);
  return false;
}

/** False where the weights are wrong: Istio then stops. */
function checkDistribute(setting: LocalitySetting, report: Report): boolean {
  const from: Locality[] = [];
  for (const entry of setting.distribute ?? []) {
    from.push({ text: entry.from ?? '', holder: entry, key: 'from' });
    const { to } = entry;
    const targets = Object.entries(to ?? {}) as [string, number][];
    const sum = targets.reduce((total, [, weight]) => total + weight, 0);
    const wrong = targets.find(([, weight]) => weight < 1 || weight > 100);
    if (wrong !== undefined || sum !== 100) {
      const what =
        wrong === undefined
          ? `the weights sum to ${sum}, not 100`
          : `the weight ${wrong[1]} is not 1 to 100`;
      report(rules.distributeWeight, entry, wrong === undefined ? ['to'] : ['to', wrong[0]], what);
      return false;
    }
    if (to !== undefined)
      checkLocalities(
        targets.map(([text]) => ({ text, holder: to, key: text })),
        report,
      );
  }
  checkLocalities(from, report);
  return true;
}

function checkFailover(setting: Failing, outliers: boolean, report: Report): void {
  const failover = setting.failover ?? [];
  const needsOutliers = failover.length > 0 || (setting.failoverPriority?.length ?? 0) > 0;
  if (needsOutliers && !outliers) {
    const field = failover.length > 0 ? 'failover' : 'failoverPriority';
    report(
      rules.failoverWithoutOutliers,
      setting,
      [field],
      `${field} needs outlierDetection beside it`,
    );
  }
  for (const entry of failover) {
    const { from = '', to = '' } = entry;
    if (from === to)
      report(rules.failover, entry, ['to'], `this failover goes from ${quote(from)} to itself`);
    for (const field of ['from', 'to'] as const) {
      const region = entry[field] ?? '';
      if (region.includes('/') || region.includes('*'))
        report(rules.failover, entry, [field], `${quote(region)} is not a region`);
    }
  }
}

type Locality = { readonly text: string; readonly holder: Placed; readonly key: string };

/** Region, zone and sub-zone, each level under the one before; `*` stands for all that follows. */
type Tree = Map<string, Tree>;

function checkLocalities(localities: readonly Locality[], report: Report): void {
  const seen: Tree = new Map();
  for (const { text, holder, key } of localities) {
    const defect = localityDefect(text, seen);
    if (defect === null) continue;
    report(rules.locality, holder, [key], `${quote(text)} ${defect}`);
    return;
  }
}

function localityDefect(text: string, seen: Tree): string | null {
  const star = text.indexOf('*');
  if (star !== -1 && star !== text.length - 1) return 'has a * that is not at its end';
  if (seen.has('*')) return 'is covered by an earlier locality';
  const [region = '', zone, ...rest] = text.split('/');
  const parts = [
    region,
    ...(zone === undefined ? [] : [zone]),
    ...(rest.length > 0 ? [rest.join('/')] : []),
  ];
  if (parts.includes('')) return 'has an empty part';
  let level = seen;
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const below = level.get(part);
    if (level.has('*') || (last && below !== undefined)) return 'is covered by an earlier locality';
    const next: Tree = below ?? new Map();
    if (below === undefined) level.set(part, next);
    if (last && i < 2) next.set('*', new Map());
    level = next;
  }
  return null;
}
