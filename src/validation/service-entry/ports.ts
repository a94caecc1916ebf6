/** The ports of a ServiceEntry. */
import type { Resource, ServiceEntryPort, ServiceEntrySpec } from '../../resource/index.ts';
import { isDnsLabel } from '../names.ts';
import { isPort } from '../parts/bind.ts';
import { labelOf } from '../parts/metadata.ts';
import { checkProtocol } from '../parts/protocol.ts';
import { alsoAt, quote, type Report } from '../report.ts';
import { serviceEntryRules as rules } from '../rules/service-entry.ts';

export function checkPorts(resource: Resource<'ServiceEntry'>, report: Report): void {
  const { spec } = resource;
  const names = new Map<string, ServiceEntryPort>();
  const numbers = new Map<number, ServiceEntryPort>();
  const hasAddress = (spec.addresses?.length ?? 0) > 0;
  // Were it not for the label it would get an address.
  const unanalyzed = isAllocable(spec) ? ({ unanalyzed: true } as const) : {};
  const getsAddress = hasAddress || isAllocated(resource);
  for (const port of spec.ports ?? []) {
    const { name = '', number = 0, protocol = '' } = port;
    const sameName = names.get(name);
    if (sameName === undefined) names.set(name, port);
    else
      report(
        rules.portNameRepeated,
        port,
        ['name'],
        `the port name ${quote(name)} is given twice`,
        alsoAt('the first one', sameName, 'name'),
      );
    const sameNumber = numbers.get(number);
    if (sameNumber === undefined) numbers.set(number, port);
    else
      report(
        rules.portRepeated,
        port,
        ['number'],
        `the port ${number} is given twice`,
        alsoAt('the first one', sameNumber, 'number'),
      );
    checkPort(port, report);
    if (!getsAddress && (protocol === '' || protocol === 'TCP'))
      report(
        rules.tcpWithoutAddress,
        port,
        ['protocol'],
        `port ${number} is TCP, and the entry has no address`,
        unanalyzed,
      );
  }
}

/** Istio gives an address of its own to what has none, unless it goes where the client wanted to anyway. */
function isAllocated(resource: Resource<'ServiceEntry'>): boolean {
  const label = labelOf(resource, 'networking.istio.io/enable-autoallocate-ip') ?? '';
  return isAllocable(resource.spec) && label.toLowerCase() !== 'false';
}

const isAllocable = ({ resolution = 'NONE' }: ServiceEntrySpec): boolean => resolution !== 'NONE';

function checkPort(port: ServiceEntryPort, report: Report): void {
  const { name = '', number = 0, protocol = '', targetPort = 0 } = port;
  if (!isPort(number)) {
    const what =
      number === 0 ? 'this port has no number' : `${number} is not a port number (1 to 65535)`;
    report(rules.portNumber, port, ['number'], what);
  }
  if (targetPort !== 0 && !isPort(targetPort))
    report(
      rules.portNumber,
      port,
      ['targetPort'],
      `${targetPort} is not a port number (1 to 65535)`,
    );
  if (!isDnsLabel(name)) {
    const what = name === '' ? 'this port has no name' : `${quote(name)} is not a name for a port`;
    report(rules.portName, port, ['name'], what);
  }
  if (protocol !== '') checkProtocol(rules.protocol, port, protocol, report);
}
