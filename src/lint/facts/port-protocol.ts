/** The protocol that Istio reads from a Service port (pkg/config/kube/conversion.go:ConvertProtocol). */
import type { ServicePort } from '../../resource/index.ts';

export type PortProtocol = 'udp' | 'tcp' | 'tls' | 'http' | 'sniffed';

const byName: Readonly<Record<string, PortProtocol>> = {
  tcp: 'tcp',
  mongo: 'tcp',
  redis: 'tcp',
  mysql: 'tcp',
  udp: 'udp',
  https: 'tls',
  tls: 'tls',
  http: 'http',
  http2: 'http',
  http_proxy: 'http',
  grpc: 'http',
  'grpc-web': 'http',
};
const special: Readonly<Record<string, PortProtocol>> = {
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'tls',
};
/** Port numbers of server-first protocols, which Istio takes as TCP without a name. */
export const wellKnownPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

export function protocolOf(port: ServicePort): PortProtocol {
  if (port.protocol === 'UDP') return 'udp';
  const said = port.appProtocol ?? port.name ?? '';
  if (Object.hasOwn(special, said)) return special[said] ?? 'sniffed';
  const lower = said.toLowerCase();
  if (lower.startsWith('grpc-web')) return 'http';
  const prefix = lower.split('-')[0] ?? '';
  const named = Object.hasOwn(byName, prefix) ? byName[prefix] : undefined;
  return named ?? (wellKnownPorts.has(port.port ?? 0) ? 'tcp' : 'sniffed');
}

/** Does neither name nor number tell the protocol? */
export function isSniffed(port: ServicePort): boolean {
  return protocolOf(port) === 'sniffed';
}
