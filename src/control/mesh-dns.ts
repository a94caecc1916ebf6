/** Names and service addresses as a client's own machine treats them: what DNS answers, and where kube-proxy sends. No rule takes part. */
import { endpointsOf, type Mesh, wildcardAddress } from '../mesh/index.ts';
import type { HostPort } from './mesh-address.ts';

/** The address that a name has for a client of a namespace: its DNS search list over the services. Null where there is none. */
export function resolveName(mesh: Mesh, namespace: string, name: string): string | null {
  const { clusterDomain } = mesh;
  const plain = name.replace(/\.$/, '').toLowerCase();
  const searched = [
    plain,
    `${plain}.${namespace}.svc.${clusterDomain}`,
    `${plain}.svc.${clusterDomain}`,
    `${plain}.${clusterDomain}`,
  ];
  for (const candidate of searched) {
    const service = mesh.servicesByHost.get(candidate)?.[0];
    if (service === undefined) continue;
    if (service.address !== wildcardAddress && !service.address.includes('/'))
      return service.address;
    const [endpoint] = endpointsOf(mesh, service.host, service.namespace);
    return endpoint?.address ?? null;
  }
  return null;
}

/** The endpoint that kube-proxy picks for a service's address and port; null for addresses that are no service's. */
export function behindServiceAddress(
  mesh: Mesh,
  ip: string,
  port: number,
  random: () => number,
): HostPort | null {
  const service = mesh.services.find(
    ({ address, extraAddresses, ports }) =>
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
