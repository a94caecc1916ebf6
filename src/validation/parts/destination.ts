/** Where a route sends (validation.go:validateDestination). */
import type { Destination, Placed } from '../../resource/index.ts';
import { isDnsLabel, isIp, isWildcardDomain } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';
import { isPort } from './bind.ts';

/** The destination in `holder[key]`, which must be there. */
export function checkDestination(
  holder: Placed,
  key: string,
  destination: Destination | undefined,
  report: Report,
): void {
  if (destination === undefined) {
    report(rules.destinationMissing, holder, [key], `there is no ${key} here`);
    return;
  }
  const { host = '', subset = '', port } = destination;
  const defect = hostDefect(host);
  if (defect !== null) report(rules.destinationHost, destination, ['host'], defect);
  if (subset !== '' && !isDnsLabel(subset))
    report(
      rules.destinationSubset,
      destination,
      ['subset'],
      `${quote(subset)} is not a name for a subset`,
    );
  if (port !== undefined && !isPort(port.number)) {
    report(
      rules.destinationPort,
      port,
      ['number'],
      port.number === undefined || port.number === 0
        ? 'the port has no number'
        : `${port.number} is not a port number (1 to 65535)`,
    );
  }
}

function hostDefect(host: string): string | null {
  if (host === '') return 'the destination has no host';
  if (host === '*') return 'a destination cannot be * (any host)';
  if (isWildcardDomain(host)) return null;
  return isIp(host)
    ? `${quote(host)} is an address; destinations are names of services`
    : `${quote(host)} is not a host name`;
}
