/** Service addresses as a client's own node treats them, where no sidecar has a listener for them. No rule takes part. */
import { endpointsOf, type Mesh } from '../mesh/index.ts';
import type { HostPort } from './mesh-address.ts';

/** The endpoint that kube-proxy picks for a Service's address and port; null for others: of ServiceEntries it knows nothing. */
export function behindServiceAddress(
  mesh: Mesh,
  ip: string,
  port: number,
  random: () => number,
): HostPort | null {
  const service = mesh.services.find(
    ({ address, extraAddresses, ports, resource }) =>
      resource.kind === 'Service' &&
      (address === ip || extraAddresses.includes(ip)) &&
      ports.some(({ number }) => number === port),
  );
  if (service === undefined) return null;
  const endpoints = endpointsOf(mesh, service.host, service.namespace).filter(
    ({ servicePort, healthy }) => servicePort === port && healthy,
  );
  const picked = endpoints[Math.floor(random() * endpoints.length)];
  return picked === undefined ? null : { host: picked.address, port: picked.port };
}
