/** A mesh that is known and has nothing open yet: what options may name of it. */
import { isWildcard, type Mesh } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { resolveName, route } from '../routing/index.ts';
import type { HostPort } from './mesh-address.ts';
import { clientsOf, findClient, type MeshClient } from './mesh-client.ts';
import type { MeshSnapshot } from './mesh-snapshot.ts';
import type { Plan } from './plan.ts';
import type { RouteTable } from './route-table.ts';

export type PlannedMesh = {
  readonly mesh: Mesh;
  readonly plan: Plan;
  /** All that were read, those too that a cluster would refuse. */
  readonly gateways: readonly Resource<'Gateway'>[];
  readonly clients: () => readonly MeshClient[];
  readonly client: (name: string) => MeshClient | null;
  readonly resolves: (client: MeshClient, host: string) => boolean;
  /** Does the client's proxy take a connection to it anywhere but to the address that is dialled? */
  readonly routes: (client: MeshClient, to: HostPort) => boolean;
};

export function plannedMesh({
  snapshot,
  plan,
  table,
}: {
  readonly snapshot: MeshSnapshot;
  readonly plan: Plan;
  readonly table: RouteTable;
}): PlannedMesh {
  const { mesh, refused } = snapshot;
  const left = refused.flatMap(({ resource }) => (resource.kind === 'Gateway' ? resource : []));
  return {
    mesh,
    plan,
    gateways: [...mesh.gateways, ...left],
    clients: () => clientsOf(snapshot),
    client: (name) => findClient(snapshot, name),
    resolves: (client, host) => resolves(table, client, host),
    routes: ({ name, viewpoint }, to) => {
      const call = { from: viewpoint, to, protocol: 'tcp' } as const;
      const { outcome } = route(table.compiled(name, viewpoint), call);
      return outcome !== 'passthrough' && outcome !== 'blackhole';
    },
  };
}

/** Does a name mean anything to this client? */
export function resolves(
  table: RouteTable,
  { name, viewpoint }: MeshClient,
  host: string,
): boolean {
  return !isWildcard(host) && resolveName(table.compiled(name, viewpoint), host) !== null;
}
