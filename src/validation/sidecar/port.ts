/** What the ports of ingress and egress listeners of a Sidecar have in common. */
import type { IstioEgressListener } from '../../resource/index.ts';
import { isDnsLabel } from '../names.ts';
import { checkProtocol } from '../parts/protocol.ts';
import { quote, type Report } from '../report.ts';
import { sidecarRules as rules } from '../rules/sidecar.ts';

export function checkPortName(
  port: NonNullable<IstioEgressListener['port']>,
  report: Report,
): void {
  const { name = '', protocol = '', targetPort = 0 } = port;
  if (targetPort > 0) report(rules.targetPort, port, ['targetPort'], 'a Sidecar has no targetPort');
  if (name !== '' && !isDnsLabel(name))
    report(rules.portName, port, ['name'], `${quote(name)} is not a name for a port`);
  if (protocol !== '') checkProtocol(rules.protocol, port, protocol, report);
}
