/** Where an address of the mesh is on this computer: a workload by its socket, a gateway by that of its listener. */
import type { SocketAddress } from '../proxy/index.ts';
import type { ListenerSet } from './listener-set.ts';
import { isLoopback, sameAddress } from './mesh-address.ts';
import type { MeshSnapshot } from './mesh-snapshot.ts';
import type { Plan } from './plan.ts';
import { listenersMet } from './plan-gateways.ts';
import type { Reached, WorkloadPool } from './workload-pool.ts';

export type PlacedMesh = {
  readonly snapshot: MeshSnapshot;
  readonly plan: Plan;
  /** By the addresses of gateway workloads. */
  readonly gateways: ReadonlyMap<string, string>;
};

export type MeshSocketsOptions = {
  readonly pool: Pick<WorkloadPool, 'reach'>;
  readonly listeners: Pick<ListenerSet, 'addressOf'>;
  readonly present: () => PlacedMesh;
};

export class MeshSockets {
  readonly #options: MeshSocketsOptions;

  constructor(options: MeshSocketsOptions) {
    this.#options = options;
  }

  reach(address: string, port: number): Reached | null {
    const { pool, present } = this.#options;
    const gateway = present().gateways.get(address);
    if (gateway !== undefined) return this.#reachGateway(gateway, address, port);
    return pool.reach(address) ?? this.#reachBound(address, port);
  }

  /** An address that only the bind of a server names is the gateway's too. Loopback is each Pod's own. */
  #reachBound(address: string, port: number): Reached | null {
    const found = this.#options
      .present()
      .plan.listeners.find(
        ({ bind }) => bind !== null && !isLoopback(bind) && sameAddress(bind, address),
      );
    return found === undefined
      ? null
      : this.#reachGateway(found.owner ?? found.gateway, address, port);
  }

  /** The listener at just this address, else the one for all others. gateway: its workload, or what owns that. */
  #reachGateway(gateway: string, address: string, port: number): Reached | null {
    const { listeners, present } = this.#options;
    const own = present().plan.listeners.filter((one) => (one.owner ?? one.gateway) === gateway);
    const [listener] = listenersMet(own, port, [address]);
    const dial = listeners.addressOf(listener?.name ?? '');
    if (dial === null) return null;
    const { host, port: at } = dial;
    return { workload: gateway, dial: { host, port: at }, fault: undefined, listens: () => true };
  }

  /** Where a port of a workload, `namespace/name`, is for who dials localhost in its Pod; null where nothing listens. */
  socketOf(workload: string, port: number): SocketAddress | null {
    const { pool, present } = this.#options;
    const { snapshot, gateways } = present();
    const found = snapshot.mesh.workloads.find(
      ({ namespace, name }) => `${namespace}/${name}` === workload,
    );
    if (found === undefined) return null;
    const gateway = gateways.get(found.ip);
    const reached =
      gateway === undefined ? pool.reach(found.ip) : this.#reachGateway(gateway, '127.0.0.1', port);
    return reached?.listens(port) === true ? reached.dial : null;
  }

  /** The workload behind an endpoint, `ip:port`. */
  workloadAt(endpoint: string): string | null {
    const { pool, present } = this.#options;
    const address = endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return pool.reach(address)?.workload ?? present().gateways.get(address) ?? null;
  }
}
