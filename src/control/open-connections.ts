/** Connections that are open while the mesh becomes another: which of them end, and which clusters are kept for them. */
import type { DataPlane } from '../proxy/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { isRemoved } from './mesh-client.ts';
import type { MeshSnapshot } from './mesh-snapshot.ts';

export type OpenConnectionsOptions = {
  readonly plane: Pick<DataPlane<ConnectionRoute>, 'connections' | 'endThoseOf' | 'forgetClusters'>;
  /** The workload behind an endpoint. */
  readonly workloadAt: (endpoint: string) => string | null;
};

export class OpenConnections {
  readonly #options: OpenConnectionsOptions;

  constructor(options: OpenConnectionsOptions) {
    this.#options = options;
  }

  /** What no connection uses goes. */
  forgetClusters(): void {
    const { plane } = this.#options;
    const inUse = new Set<string>();
    for (const { cluster } of plane.connections()) if (cluster !== undefined) inUse.add(cluster);
    plane.forgetClusters(({ name }) => inUse.has(name));
  }

  /** With a Pod its connections end, those that it made too. */
  endThoseOfRemoved(before: MeshSnapshot, now: MeshSnapshot): void {
    const removed = new Map<string, boolean>();
    this.#endThoseOf((name) => {
      const isGone = removed.get(name) ?? isRemoved(name, before, now);
      removed.set(name, isGone);
      return isGone;
    });
  }

  endThoseBy(workloads: ReadonlySet<string>): void {
    this.#endThoseOf((name) => workloads.has(name));
  }

  /** By the client that made them, or the gateway that they came through. */
  #endThoseOf(isGone: (workload: string) => boolean): void {
    const { plane } = this.#options;
    plane.endThoseOf(({ route }) => isGone(route?.client ?? ''), 'client-removed');
    plane.endThoseOf(
      ({ route }) => route?.client === null && isGone(route.proxy),
      'gateway-removed',
    );
  }

  /** As an echo server ends its own, when it is broken or gone. */
  endThoseTo(workload: string): void {
    const { plane, workloadAt } = this.#options;
    plane.endThoseOf(
      ({ endpoint }) => endpoint !== undefined && workloadAt(endpoint) === workload,
      'upstream-reset',
    );
  }
}
