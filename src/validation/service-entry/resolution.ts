/** What each resolution of a ServiceEntry asks of hosts, addresses and endpoints. */
import type { Resource, ServiceEntryPort, ServiceEntrySpec } from '../../resource/index.ts';
import { isFqdn, isHttp, isTcp, isTls, parseProtocol } from '../names.ts';
import { labelOf } from '../parts/metadata.ts';
import { checkDnsEndpoint, checkStaticEndpoint } from '../parts/workload-entry.ts';
import { quote, type Report } from '../report.ts';
import { serviceEntryRules as rules } from '../rules/service-entry.ts';

export function checkResolution(resource: Resource<'ServiceEntry'>, report: Report): void {
  const { spec } = resource;
  const resolution = spec.resolution ?? 'NONE';
  switch (resolution) {
    case 'NONE':
      checkNone(spec, report);
      return;
    case 'STATIC':
      for (const endpoint of spec.endpoints ?? [])
        checkStaticEndpoint(endpoint, portNamesOf(spec), report);
      break;
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      checkDns(spec, report);
      break;
    case 'DYNAMIC_DNS':
      checkDynamicDns(resource, report);
      break;
    case 'UNRECOGNIZED':
      report(rules.resolution, spec, ['resolution'], 'this resolution is none that Istio knows');
  }
  checkSeveralHosts(spec, report);
}

function portNamesOf(spec: ServiceEntrySpec): ReadonlySet<string> {
  return new Set((spec.ports ?? []).map((port) => port.name ?? ''));
}

function checkNone(spec: ServiceEntrySpec, report: Report): void {
  if ((spec.endpoints?.length ?? 0) > 0)
    report(
      rules.noneWithEndpoints,
      spec,
      ['endpoints'],
      'endpoints are not used with resolution NONE',
    );
  if (spec.workloadSelector !== undefined)
    report(
      rules.noneWithSelector,
      spec,
      ['workloadSelector'],
      'the selector is not used with resolution NONE',
    );
}

function checkDns(spec: ServiceEntrySpec, report: Report): void {
  const endpoints = spec.endpoints ?? [];
  const hosts = spec.hosts ?? [];
  if (endpoints.length === 0) {
    for (const [i, host] of hosts.entries()) {
      if (!isFqdn(host))
        report(rules.dnsHost, spec, ['hosts', i], `${quote(host)} cannot be resolved by DNS`);
    }
  }
  if (spec.resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1)
    report(
      rules.roundRobin,
      spec,
      ['endpoints'],
      `there are ${endpoints.length} endpoints, one is allowed`,
    );
  const names = portNamesOf(spec);
  for (const endpoint of endpoints) checkDnsEndpoint(endpoint, names, report);
  const tcp = spec.ports?.find((port) => isTcp(parseProtocol(port.protocol ?? '')));
  if ((spec.addresses?.length ?? 0) > 0 && hosts.length > 1 && tcp !== undefined)
    report(
      rules.severalTcpHosts,
      spec,
      ['hosts'],
      `${hosts.length} hosts share addresses on the ${tcp.protocol} port${numbered(tcp)}`,
    );
}

const nameCarriers = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

function checkDynamicDns(resource: Resource<'ServiceEntry'>, report: Report): void {
  const { spec } = resource;
  for (const [i, host] of (spec.hosts ?? []).entries()) {
    if (!host.startsWith('*'))
      report(rules.dynamicDns, spec, ['hosts', i], `${quote(host)} is not a wildcard`);
  }
  for (const field of ['addresses', 'endpoints'] as const) {
    if ((spec[field]?.length ?? 0) > 0)
      report(rules.dynamicDns, spec, [field], `${field} does not go with DYNAMIC_DNS`);
  }
  for (const port of spec.ports ?? []) {
    const protocol = parseProtocol(port.protocol ?? '');
    if (protocol === null || !nameCarriers.has(protocol))
      report(
        rules.dynamicDns,
        port,
        ['protocol'],
        `${quote(port.protocol ?? '')} carries no host name`,
      );
  }
  if (spec.location === 'UNRECOGNIZED')
    report(rules.dynamicDns, spec, ['location'], 'this location is none that Istio knows');
  const waypoint = labelOf(resource, 'istio.io/use-waypoint') ?? '';
  if (spec.location === 'MESH_INTERNAL' && waypoint !== '' && waypoint !== 'none')
    report(rules.dynamicDns, spec, ['location'], 'MESH_INTERNAL does not go with a waypoint', {
      unanalyzed: true,
    });
}

/** Only HTTP and TLS tell several hosts on one address apart. */
function checkSeveralHosts(spec: ServiceEntrySpec, report: Report): void {
  const hosts = spec.hosts ?? [];
  if (hosts.length < 2) return;
  for (const port of spec.ports ?? []) {
    const protocol = parseProtocol(port.protocol ?? '');
    if (isHttp(protocol) || isTls(protocol)) continue;
    report(
      rules.severalHosts,
      port,
      ['protocol'],
      `${hosts.length} hosts share port${numbered(port)}, ${(port.protocol ?? '') === '' ? 'which names no protocol: TCP' : `whose protocol ${quote(port.protocol ?? '')}`} carries no host name`,
    );
    return;
  }
}

/** What has no number is found fault with for that. */
function numbered({ number }: ServiceEntryPort): string {
  return number === undefined ? '' : ` ${number}`;
}
