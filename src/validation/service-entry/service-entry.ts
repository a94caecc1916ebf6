/** A ServiceEntry as a whole (validation.go:ValidateServiceEntry). */

import { isPrefix } from '../../address/index.ts';
import type { Resource, ServiceEntrySpec } from '../../resource/index.ts';
import { isPartialWildcard, isWildcardDomain } from '../names.ts';
import { checkExportTo } from '../parts/export-to.ts';
import { checkSelector } from '../parts/labels.ts';
import { quote, type Report, unheardWarnings } from '../report.ts';
import { serviceEntryRules as rules } from '../rules/service-entry.ts';
import { checkPorts } from './ports.ts';
import { checkResolution } from './resolution.ts';

export function checkServiceEntry(resource: Resource<'ServiceEntry'>, report: Report): void {
  const { spec } = resource;
  const selector = spec.workloadSelector;
  let told = report;
  if (selector !== undefined) {
    // Istio stops at a refused selector, so its warnings about the rest are never heard.
    if (!checkSelector(selector, 'labels', selector.labels, report)) told = unheardWarnings(report);
    if ((spec.endpoints?.length ?? 0) > 0)
      report(
        rules.selectorAndEndpoints,
        spec,
        ['endpoints'],
        'endpoints stands beside workloadSelector',
      );
  }
  checkHosts(spec, told);
  checkAddresses(spec, told);
  checkPorts(resource, told);
  checkResolution(resource, told);
  checkExportTo(spec.exportTo, resource.namespace, true, told);
}

function checkHosts(spec: ServiceEntrySpec, report: Report): void {
  const hosts = spec.hosts ?? [];
  if (hosts.length === 0) report(rules.hosts, spec, ['hosts'], 'this ServiceEntry has no hosts');
  for (const [i, host] of hosts.entries()) {
    if (host === '*') {
      report(rules.host, spec, ['hosts', i], 'the host * (any) cannot be a service');
      continue;
    }
    if (!isWildcardDomain(host)) {
      const what = host === '' ? 'this host is empty' : `${quote(host)} is not a host name`;
      report(rules.host, spec, ['hosts', i], what);
    }
    if (spec.resolution !== 'DYNAMIC_DNS' && isPartialWildcard(host))
      report(
        rules.partialWildcard,
        spec,
        ['hosts', i],
        `${quote(host)} has a * that is not a whole label`,
      );
  }
}

function checkAddresses(spec: ServiceEntrySpec, report: Report): void {
  const { resolution = 'NONE' } = spec;
  const takesSubnets = resolution === 'NONE' || resolution === 'STATIC';
  for (const [i, address] of (spec.addresses ?? []).entries()) {
    if (address.includes('/') && !takesSubnets)
      report(
        rules.cidrResolution,
        spec,
        ['addresses', i],
        `the subnet ${quote(address)} does not go with resolution ${resolution}`,
      );
    else if (!isPrefix(address))
      report(
        rules.address,
        spec,
        ['addresses', i],
        `${quote(address)} is neither an address nor a subnet`,
      );
  }
}
