/** A DestinationRule as a whole (validation.go:ValidateDestinationRule). */
import { type DestinationRuleSpec, type Resource, spanAt } from '../../resource/index.ts';
import { isDnsLabel, isIp, isWildcardDomain } from '../names.ts';
import { checkExportTo } from '../parts/export-to.ts';
import { checkLabels, checkSelector } from '../parts/labels.ts';
import { quote, type Report, unheardWarnings } from '../report.ts';
import { destinationRuleRules as rules } from '../rules/destination-rule.ts';
import { checkTrafficPolicy } from './traffic-policy.ts';

export function checkDestinationRule(resource: Resource<'DestinationRule'>, report: Report): void {
  const { spec, namespace } = resource;
  checkHost(spec, report);
  checkTrafficPolicy(spec.trafficPolicy, namespace, report);
  checkSubsets(spec, namespace, report);
  checkExportTo(spec.exportTo, namespace, false, report);
  const selector = spec.workloadSelector;
  if (selector === undefined) return;
  checkSelector(selector, 'matchLabels', selector.matchLabels, report);
  const abroad = spec.exportTo?.find((entry) => entry !== '.' && entry !== namespace);
  if (spec.exportTo !== undefined && abroad !== undefined)
    report(
      rules.selectorExport,
      spec.exportTo,
      [spec.exportTo.indexOf(abroad)],
      `a rule with a workloadSelector cannot be exported to ${quote(abroad)}`,
    );
}

function checkHost(spec: DestinationRuleSpec, report: Report): void {
  const { host = '' } = spec;
  if (isWildcardDomain(host)) return;
  const what =
    host === ''
      ? 'this DestinationRule has no host'
      : isIp(host)
        ? `${quote(host)} is an address, not the name of a service`
        : `${quote(host)} is not a host name`;
  report(rules.host, spec, ['host'], what);
}

function checkSubsets(spec: DestinationRuleSpec, namespace: string, report: Report): void {
  const { subsets } = spec;
  if (subsets === undefined) return;
  const seen = new Map<string, number>();
  for (const [i, subset] of subsets.entries()) {
    const { name = '' } = subset;
    const first = seen.get(name);
    if (first !== undefined) {
      report(rules.subsetRepeated, subset, ['name'], `the subset ${quote(name)} is given twice`, {
        related: [{ message: 'the first one', span: spanAt(subsets, first, 'name') }],
      });
    } else seen.set(name, i);
    if (!isDnsLabel(name)) {
      const what =
        name === '' ? 'this subset has no name' : `${quote(name)} is not a name for a subset`;
      report(rules.subsetName, subset, ['name'], what);
    }
    checkLabels(subset.labels, report);
    checkTrafficPolicy(subset.trafficPolicy, namespace, unheardWarnings(report));
  }
}
