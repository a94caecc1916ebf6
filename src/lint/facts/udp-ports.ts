/** Ports of a host that no connection goes to. */
import type { MeshPort } from '../../mesh/index.ts';
import type { Facts } from './facts.ts';

/** The numbers that a host has for UDP alone; one that is there for TCP too is none of them. */
export function udpPorts(host: string, { mesh }: Pick<Facts, 'mesh'>): ReadonlySet<number> {
  const ports = (mesh.servicesByHost.get(host) ?? []).flatMap((service) => service.ports);
  const routed = new Set(ports.filter(({ protocol }) => protocol !== 'udp').map(numberOf));
  return new Set(ports.map(numberOf).filter((number) => !routed.has(number)));
}

const numberOf = ({ number }: MeshPort): number => number;
