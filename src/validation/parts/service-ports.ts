/** The names of a Service's ports, as `istioctl validate` wants them (validate.go:validateServicePortPrefix). */
import type { Resource } from '../../resource/index.ts';
import { parseProtocol } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** Well-known ports are not exempt, UDP is, and so are the Services of Istio itself. */
export function checkServicePorts(resource: Resource<'Service'>, report: Report): void {
  if (resource.namespace === 'istio-system') return;
  for (const port of resource.spec.ports ?? []) {
    const { name = '', appProtocol, protocol } = port;
    if (protocol === 'UDP') continue;
    if (appProtocol !== undefined) {
      if (parseProtocol(appProtocol) === null)
        report(
          rules.servicePortName,
          port,
          ['appProtocol'],
          `appProtocol ${quote(appProtocol)} is not a protocol of Istio's`,
        );
    } else if (parseProtocol(name) === null && parseProtocol(prefixOf(name)) === null) {
      const what =
        name === ''
          ? `port ${port.port ?? ''} has no name that says its protocol`
          : `the port name ${quote(name)} does not begin with a protocol`;
      report(rules.servicePortName, port, ['name'], what);
    }
  }
}

function prefixOf(name: string): string {
  const dash = name.indexOf('-');
  return dash === -1 ? name : name.slice(0, dash);
}
