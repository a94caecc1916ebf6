/** What a running mesh is told when it starts. */
import type { SocketAddress } from '../proxy/index.ts';
import type { Source } from '../text/index.ts';
import type { Backends } from './backend.ts';
import type { PlannedListener } from './plan-gateways.ts';
import type { PlannedMesh } from './planned-mesh.ts';

/** A local address that is one client's way to one destination. from: '' for the default client. */
export type Publication = {
  readonly at: SocketAddress;
  readonly from: string;
  readonly to: { readonly host: string; readonly port: number };
};

export type RunningMeshOptions = {
  readonly sources: readonly Source[];
  /** Is shown what will be opened; what it throws ends the start before anything is. */
  readonly check?: (planned: PlannedMesh) => void;
  readonly defaultNamespace: string;
  /** Make up what routes need and the files lack. */
  readonly standIns: boolean;
  /** As Istio was installed; undefined: as it is without further ado. */
  readonly clusterDomain?: string | undefined;
  readonly systemNamespace?: string | undefined;
  /** Whoever the sources say nothing of is in ambient mode. */
  readonly everywhereAmbient?: boolean | undefined;
  /** Where a person wants a gateway's listener; null: where the plan says. */
  readonly listen: (listener: PlannedListener) => SocketAddress | null;
  readonly publish: readonly Publication[];
  /** null: any free port of 127.0.0.1. */
  readonly socks: SocketAddress | null;
  readonly backends: Backends;
  /** File descriptors that the process may have, where that is known. */
  readonly descriptorMax?: number | undefined;
  /** Passthrough beyond loopback. */
  readonly allowPassthrough: boolean;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Uniform in [0, 1): seeded, where a run is to be repeated. */
  readonly random: () => number;
};
