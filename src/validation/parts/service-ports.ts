/** The names of a Service's ports, as `istioctl validate` wants them (validate.go:validateServicePortPrefix). */
import {
  at,
  kubernetesAppProtocols,
  type Resource,
  type ServicePort,
} from '../../resource/index.ts';
import { entryOf, isNull, type MapNode } from '../../yaml/index.ts';
import { parseProtocol } from '../names.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** Well-known ports are not exempt, UDP is, and so are the Services of Istio itself. */
export function checkServicePorts(resource: Resource<'Service'>, report: Report): void {
  if (resource.namespace === 'istio-system') return;
  const { node } = resource.root[at];
  const crash = node.kind === 'map' ? crashOf(node) : null;
  if (crash !== null) {
    report(rules.serviceShape, resource.root, crash.keys, crash.message);
    return;
  }
  for (const port of resource.spec.ports ?? []) {
    const { name = '', appProtocol, protocol } = port;
    if (protocol?.toUpperCase() === 'UDP') continue;
    if (appProtocol !== undefined) {
      if (parseProtocol(appProtocol) === null) checkAppProtocol(port, appProtocol, report);
    } else if (parseProtocol(name) === null && parseProtocol(prefixOf(name)) === null) {
      const what =
        name === ''
          ? `port ${port.port ?? ''} has no name that says its protocol`
          : `the port name ${quote(name)} does not begin with a protocol`;
      report(rules.servicePortName, port, ['name'], what);
    }
  }
}

/** `istioctl validate` knows less than what reads the Service in a cluster. */
function checkAppProtocol(port: ServicePort, appProtocol: string, report: Report): void {
  const taken =
    kubernetesAppProtocols.get(appProtocol) ?? parseProtocol(prefixOf(appProtocol))?.toLowerCase();
  if (taken === undefined)
    report(
      rules.servicePortName,
      port,
      ['appProtocol'],
      `appProtocol ${quote(appProtocol)} is not a protocol of Istio's`,
    );
  else
    report(
      rules.servicePortName,
      port,
      ['appProtocol'],
      `\`istioctl validate\` does not know appProtocol ${quote(appProtocol)}, which Istio takes for ${taken}`,
      {
        why: '`istioctl validate` refuses the file for it (exit 1). In a cluster the port has that protocol.',
        help: `Nothing, where no \`istioctl validate\` is run; else \`appProtocol: ${taken}\`.`,
      },
    );
}

type Crash = { readonly keys: readonly (string | number)[]; readonly message: string };

/** What validateServicePortPrefix takes for granted: it ends with a panic where a part has another shape. */
function crashOf(object: MapNode): Crash | null {
  const spec = entryOf(object, 'spec')?.value;
  if (spec === undefined || spec.kind !== 'map')
    return { keys: spec === undefined ? [] : ['spec'], message: 'this Service has no spec' };
  const ports = entryOf(spec, 'ports')?.value;
  if (ports === undefined) return null;
  if (ports.kind !== 'list') return { keys: ['spec', 'ports'], message: 'ports is not a list' };
  for (const [i, port] of ports.items.entries()) {
    const keys = ['spec', 'ports', i];
    if (port.kind !== 'map') return { keys, message: 'this port is not a map of fields' };
    const [protocol, appProtocol, name] = ['protocol', 'appProtocol', 'name'].map((field) =>
      textIn(port, field),
    );
    if (protocol === null) return { keys: [...keys, 'protocol'], message: 'protocol is no text' };
    if (protocol?.toUpperCase() === 'UDP') continue;
    if (appProtocol === null)
      return { keys: [...keys, 'appProtocol'], message: 'appProtocol is no text' };
    if (appProtocol === undefined && name === null)
      return { keys: [...keys, 'name'], message: 'the name of this port is no text' };
  }
  return null;
}

/** undefined where the field is absent or null, null where it is no text. */
function textIn(map: MapNode, field: string): string | null | undefined {
  const value = entryOf(map, field)?.value;
  if (value === undefined || isNull(value)) return undefined;
  return value.kind === 'scalar' && typeof value.value === 'string' ? value.value : null;
}

function prefixOf(name: string): string {
  const dash = name.indexOf('-');
  return dash === -1 ? name : name.slice(0, dash);
}
