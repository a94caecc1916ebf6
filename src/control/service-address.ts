/** Service addresses as a client's own node treats them, where no sidecar has a listener for them. No rule takes part. */
import { endpointsOf, type Mesh, wildcardAddress } from '../mesh/index.ts';
import type { HostPort } from './mesh-address.ts';

/**
 * The endpoint that kube-proxy picks for a Service's address and TCP port; `none` where it has that address and nothing behind the
 * port; null for other addresses: of ServiceEntries it knows nothing.
 */
export function behindServiceAddress(
  mesh: Mesh,
  ip: string,
  port: number,
  random: () => number,
): HostPort | 'none' | null {
  const services = mesh.services.filter(
    ({ address, extraAddresses, resource }) =>
      resource.kind === 'Service' &&
      ip !== wildcardAddress &&
      (address === ip || extraAddresses.includes(ip)),
  );
  if (services.length === 0) return null;
  for (const { host, namespace, ports } of services) {
    const names = ports
      .filter(({ number, protocol }) => number === port && protocol !== 'udp')
      .map(({ name }) => name);
    const endpoints = endpointsOf(mesh, host, namespace).filter(
      ({ servicePort, portName, healthy }) =>
        servicePort === port && names.includes(portName) && healthy,
    );
    const picked = endpoints[Math.floor(random() * endpoints.length)];
    if (picked !== undefined) return { host: picked.address, port: picked.port };
  }
  return 'none';
}
