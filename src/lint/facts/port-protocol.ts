/** What Istio reads from a port of a Service as written. */
import { type PortProtocol, protocolOfServicePort } from '../../mesh/index.ts';
import type { ServicePort } from '../../resource/index.ts';

export function protocolOf(port: ServicePort): PortProtocol {
  return protocolOfServicePort({
    number: port.port ?? 0,
    name: port.name ?? '',
    transport: port.protocol ?? 'TCP',
    appProtocol: port.appProtocol,
  });
}

/** Does neither name nor number tell the protocol? */
export function isSniffed(port: ServicePort): boolean {
  return protocolOf(port) === 'auto';
}

/** What the name of a port may begin with, before the first `-`, so that readers take it for its protocol. */
export const namedProtocols: readonly string[] = [
  'tcp',
  'tls',
  'http',
  'https',
  'http2',
  'grpc',
  'mongo',
  'mysql',
  'redis',
  'udp',
];
