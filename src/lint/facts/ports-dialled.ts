/** The ports that those can dial who meet the rules of a VirtualService. */
import { classOf, type MeshPort, type MeshService } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { boundGateways } from './bound-gateways.ts';
import type { Facts } from './facts.ts';
import { isUsedBy, type List } from './misplaced-rules.ts';
import type { AnyMatch } from './rule-walk.ts';
import { isUsedByServer } from './server-lists.ts';

/** uses: is the port for rules of this list? */
export type DialledPort = { readonly number: number; readonly uses: (list: List) => boolean };

/** ports: those of the services for sidecars, those of the servers of the Gateways. */
export type Dialled = {
  readonly ports: readonly DialledPort[];
  readonly services: readonly MeshService[];
  readonly gateways: readonly Resource<'Gateway'>[];
};

/**
 * match: by one match; null for all that the VirtualService is bound to. Null where a Gateway or the services of the hosts are not among
 * the files, and where it is for no gateway at all.
 */
export function portsDialled(
  virtualService: Resource<'VirtualService'>,
  match: AnyMatch | null,
  facts: Facts,
): Dialled | null {
  const { inMesh, found, complete } = boundGateways(virtualService, match, facts);
  const services = inMesh ? facts.routes().boundTo(virtualService).services : [];
  if (!complete || (inMesh ? services : found).length === 0) return null;
  return {
    ports: [
      ...services.flatMap(({ ports }) => ports.map(portOfService)),
      ...found.flatMap(({ spec }) => (spec.servers ?? []).map(portOfServer)),
    ],
    services,
    gateways: found,
  };
}

export function portOfService({ number, protocol }: MeshPort): DialledPort {
  const portClass = classOf(protocol);
  return { number, uses: (list) => isUsedBy(list, portClass) };
}

function portOfServer(server: Server): DialledPort {
  return { number: server.port?.number ?? 0, uses: (list) => isUsedByServer(list, server) };
}
