/** What Istio reads from a port of a Service as written. */
import { type PortProtocol, protocolOfServicePort } from '../../mesh/index.ts';
import type { Resource, ServicePort } from '../../resource/index.ts';

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

const gatewayControllers: ReadonlySet<string | undefined> = new Set([
  'istio.io-gateway-controller',
  'istio.io-mesh-controller',
  'istio.io-eastwest-controller',
]);

/** Namespaces that Istio leaves alone (kube/inject/initializer.go:IgnoredNamespaces). */
const ignored = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];

/** Kubernetes' and Istio's own Services, and those that Istio's Gateway API controllers make: their ports nobody named by hand. */
export function isUnchecked({ namespace, metadata }: Resource<'Service'>): boolean {
  const { labels } = metadata;
  return (
    ignored.includes(namespace) ||
    labels?.istio !== undefined ||
    labels?.release === 'istio' ||
    gatewayControllers.has(labels?.['gateway.istio.io/managed'])
  );
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
