/** What a port speaks as far as Istio can tell from its declaration, and the class that decides which routes apply to it. */

import { kubernetesAppProtocols } from '../resource/index.ts';

const known = [
  'tcp',
  'udp',
  'grpc',
  'grpc-web',
  'http',
  'http_proxy',
  'http2',
  'https',
  'tls',
  'mongo',
  'redis',
  'mysql',
] as const;

/** auto: nothing that Istio knows, so that it looks at the first bytes. */
export type PortProtocol = (typeof known)[number] | 'auto';

/** tls: https and tls, of which the tls routes apply; tcp: of which the tcp routes apply; udp: no listener at all. */
export type PortClass = 'http' | 'tls' | 'tcp' | 'auto' | 'udp';

const byName: ReadonlyMap<string, PortProtocol> = new Map(known.map((name) => [name, name]));

/** The `protocol` of a ServiceEntry, Gateway or Sidecar port (`protocol/instance.go:Parse`). */
export function parseProtocol(text: string): PortProtocol {
  return byName.get(text.toLowerCase()) ?? 'auto';
}

/** Ports that count as TCP where nothing is declared: SMTP, DNS, MySQL and MongoDB wait for the server to speak. */
const wellKnownTcp = new Set([25, 53, 3306, 27017]);

/** The protocol of a Service's port (`kube/conversion.go:ConvertProtocol`). appProtocol counts before the name, even when Istio does not know it. */
export function protocolOfServicePort(port: {
  readonly number: number;
  readonly name: string;
  readonly transport: string;
  readonly appProtocol: string | undefined;
}): PortProtocol {
  if (port.transport === 'UDP') return 'udp';
  const declared = port.appProtocol ?? port.name;
  const special =
    port.appProtocol === undefined ? undefined : kubernetesAppProtocols.get(port.appProtocol);
  if (special !== undefined) return special;
  if (declared.slice(0, 8).toLowerCase() === 'grpc-web') return 'grpc-web';
  const dash = declared.indexOf('-');
  const parsed = parseProtocol(dash === -1 ? declared : declared.slice(0, dash));
  return parsed === 'auto' && wellKnownTcp.has(port.number) ? 'tcp' : parsed;
}

export function classOf(protocol: PortProtocol): PortClass {
  switch (protocol) {
    case 'http':
    case 'http2':
    case 'http_proxy':
    case 'grpc':
    case 'grpc-web':
      return 'http';
    case 'https':
    case 'tls':
      return 'tls';
    case 'tcp':
    case 'mongo':
    case 'redis':
    case 'mysql':
      return 'tcp';
    case 'udp':
      return 'udp';
    case 'auto':
      return 'auto';
  }
}
