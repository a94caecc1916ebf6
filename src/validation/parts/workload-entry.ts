/** A workload outside the cluster: an endpoint of a ServiceEntry, or a WorkloadEntry (validation.go:validateWorkloadEntry). */
import type { Placed, WorkloadEntrySpec } from '../../resource/index.ts';
import { isDnsLabel, isFqdn, isIp } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { serviceEntryRules as rules } from '../rules/service-entry.ts';
import { isPort, isUnix, isUnixPath } from './bind.ts';
import { checkLabels } from './labels.ts';

/** The names of the ports of the service that an endpoint belongs to; null for a WorkloadEntry, which does not know them. */
export type PortNames = ReadonlySet<string> | null;

/** An endpoint that stands for itself: an address, or a network to reach it through. */
export function checkStaticEndpoint(
  endpoint: WorkloadEntrySpec,
  names: PortNames,
  report: Report,
): void {
  const { address = '', network = '' } = endpoint;
  if (address === '') {
    if (network === '') {
      report(rules.endpointAddressMissing, endpoint, ['address'], 'this endpoint has no address');
      return;
    }
    report(rules.networkOnly, endpoint, ['network'], 'this endpoint has a network but no address');
  } else if (isUnix(address)) checkUnixEndpoint(endpoint, address, names, report);
  else if (!isIp(address) && !(names === null && isFqdn(address)))
    report(rules.endpointAddress, endpoint, ['address'], `${quote(address)} is not an address`);
  checkPorts(endpoint, names, report);
  checkLabels(endpoint.labels, report);
}

/** An endpoint that is resolved: a name or an address. */
export function checkDnsEndpoint(
  endpoint: WorkloadEntrySpec,
  names: PortNames,
  report: Report,
): void {
  const { address = '' } = endpoint;
  if (!isIp(address) && !isFqdn(address)) {
    const what =
      address === ''
        ? 'this endpoint has no address'
        : `${quote(address)} is neither a full name nor an address`;
    report(rules.endpointAddress, endpoint, ['address'], what);
  }
  checkPorts(endpoint, names, report);
  checkLabels(endpoint.labels, report);
}

function checkUnixEndpoint(
  endpoint: WorkloadEntrySpec & Placed,
  address: string,
  names: PortNames,
  report: Report,
): void {
  if (!isUnixPath(address))
    report(
      rules.endpointAddress,
      endpoint,
      ['address'],
      `${quote(address)} is not an absolute path of a socket`,
    );
  if (Object.keys(endpoint.ports ?? {}).length > 0)
    report(rules.unixEndpoint, endpoint, ['ports'], 'a unix socket has no ports');
  if (names !== null && names.size !== 1)
    report(
      rules.unixEndpoint,
      endpoint,
      ['address'],
      `a unix socket serves one port, the service has ${names.size}`,
    );
}

function checkPorts(endpoint: WorkloadEntrySpec, names: PortNames, report: Report): void {
  const { ports } = endpoint;
  if (ports === undefined) return;
  for (const [name, port] of Object.entries(ports) as [string, number][]) {
    if (names !== null && !names.has(name))
      report(rules.endpointPort, ports, [name], `the service has no port named ${quote(name)}`, {
        onKey: true,
      });
    else if (!isDnsLabel(name))
      report(rules.endpointPort, ports, [name], `${quote(name)} is not a name for a port`, {
        onKey: true,
      });
    if (!isPort(port))
      report(rules.endpointPort, ports, [name], `${port} is not a port number (1 to 65535)`);
  }
}
