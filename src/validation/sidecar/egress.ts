/** Egress listeners of a Sidecar and the hosts that they import. */

import { type IstioEgressListener, spanAt } from '../../resource/index.ts';
import { splitAtSlash } from '../../text/index.ts';
import { isIp } from '../names.ts';
import { isPort, isUnix, isUnixPath } from '../parts/bind.ts';
import { hostEntryDefect } from '../parts/host-entry.ts';
import { quote, type Report } from '../report.ts';
import { sidecarRules as rules } from '../rules/sidecar.ts';
import { checkPortName } from './port.ts';

/** namespace: the Sidecar's own, which `.` stands for. */
export function checkEgress(
  listeners: readonly IstioEgressListener[],
  namespace: string,
  report: Report,
): void {
  const taken = new Set<string>();
  let catchAll = false;
  for (const [i, listener] of listeners.entries()) {
    const { port, bind = '' } = listener;
    if (port === undefined) {
      if (catchAll)
        report(
          rules.catchAllPlace,
          listener,
          ['port'],
          'there is a listener without a port already',
        );
      else if (i !== listeners.length - 1)
        report(
          rules.catchAllPlace,
          listener,
          ['port'],
          'a listener without a port must be the last one',
        );
      catchAll = true;
    } else {
      checkPort(listener, port, report);
      const number = port.number ?? 0;
      const place = number === 0 ? bind : String(number);
      if (taken.has(place)) {
        const what = number === 0 ? `the socket ${quote(bind)}` : `the port ${number}`;
        report(rules.portRepeated, port, ['number'], `${what} is given twice`);
      }
      taken.add(place);
    }
    checkHosts(listener, namespace, report);
  }
}

type Port = NonNullable<IstioEgressListener['port']>;

function checkPort(listener: IstioEgressListener, port: Port, report: Report): void {
  const { bind = '', captureMode = 'DEFAULT' } = listener;
  checkPortName(port, report);
  const number = port.number ?? 0;
  if (number !== 0) {
    if (!isPort(number))
      report(rules.portNumber, port, ['number'], `${number} is not a port number (1 to 65535)`);
    if (bind !== '' && !isIp(bind))
      report(rules.bind, listener, ['bind'], `${quote(bind)} is no IP address`);
    return;
  }
  if (!isUnix(bind) || !isUnixPath(bind))
    report(rules.bind, listener, ['bind'], 'a port without number needs bind: unix:///path');
  if (captureMode !== 'DEFAULT' && captureMode !== 'NONE')
    report(
      rules.captureMode,
      listener,
      ['captureMode'],
      `captureMode ${captureMode} does not go with a socket`,
    );
}

function checkHosts(listener: IstioEgressListener, namespace: string, report: Report): void {
  const hosts = listener.hosts ?? [];
  if (hosts.length === 0)
    report(rules.egressHostsMissing, listener, ['hosts'], 'this egress listener has no hosts');
  for (const [i, host] of hosts.entries()) {
    const defect = hostEntryDefect(host, 'sidecar');
    if (defect !== null) report(rules.egressHost, listener, ['hosts', i], defect);
  }
  checkRepetition(listener, hosts, namespace, report);
}

/** `~` hosts exclude and are left out; `*` is a namespace of its own here. */
function checkRepetition(
  listener: IstioEgressListener,
  hosts: readonly string[],
  own: string,
  report: Report,
): void {
  const first = new Map<string, Map<string, number>>();
  for (const [i, host] of hosts.entries()) {
    const [where, name] = splitAtSlash(host);
    if (where === undefined || where.startsWith('~')) continue;
    const namespace = where === '.' ? own : where;
    const names = first.get(namespace) ?? new Map<string, number>();
    first.set(namespace, names);
    const [any] = names.values();
    const other = names.get('*') ?? names.get(name) ?? (name === '*' ? any : undefined);
    if (other !== undefined)
      report(
        rules.egressHostRepeated,
        listener,
        ['hosts', i],
        `${quote(host)} and ${quote(hosts[other] ?? '')} overlap`,
        {
          related: [{ message: 'the other one', span: spanAt(listener, 'hosts', other) }],
        },
      );
    if (!names.has(name)) names.set(name, i);
  }
  const everything = first.get('*')?.get('*');
  if (everything !== undefined && first.size > 1)
    report(
      rules.egressEverything,
      listener,
      ['hosts', everything],
      '*/* imports everything, so the other hosts add nothing',
    );
}
