/** The data plane as the rooms above use it: listeners in, events out, clusters kept, one drain. */
import type { Cluster } from './cluster.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { Decide, SocksRequest } from './decision.ts';
import type { CloseReason, ConnectionView, Sink } from './event.ts';
import type { SocketAddress } from './socket-address.ts';

/** What the data plane takes from the world. */
export type DataPlaneOptions<Route> = {
  /** Milliseconds that only grow (`performance.now`). */
  readonly now: () => number;
  /** Uniform in [0, 1), seeded by whoever wants to repeat a run. */
  readonly random: () => number;
  readonly sink: Sink<Route>;
  /** Connections at one time, over all listeners; more are closed at once (`overloaded`). Each takes two file descriptors. */
  readonly maxConnections?: number | undefined;
  /** File descriptors that the process may have. The last few are kept for what open connections need. */
  readonly descriptorMax?: number | undefined;
  /** `handles`: on the runtime's bare TCP handles where it gives them, else on node:net as `sockets` says. Default: handles. */
  readonly streams?: 'handles' | 'sockets' | undefined;
};

export type ListenerOptions<Route> = {
  /** Comes back in facts and events: `gateway/istio-ingressgateway:31400`. */
  readonly id: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly decide: Decide<Route>;
};

/** Why a SOCKS request is refused before there is a connection; anything later is accepted and closed, as a sidecar does it. */
export type SocksRefusal = 'not-allowed' | 'host-unreachable' | 'network-unreachable' | 'failure';

export type SocksOptions<Route> = ListenerOptions<Route> & {
  /** Is there such a user? Asked while the client logs in. */
  readonly knowsUser: (user: string) => boolean;
  /** Asked before the answer to CONNECT: does the name resolve, may it be dialled? undefined: go on. */
  readonly refuses: (request: SocksRequest) => SocksRefusal | undefined;
  /** Text for a client that asks why its earlier connection, told by its own address, came to nothing; undefined: nothing is known. */
  readonly account?: ((client: SocketAddress) => string | undefined) | undefined;
  /** Text for a client that asks where a gateway listens; undefined: nothing is known. */
  readonly gateway?: ((name: string) => string | undefined) | undefined;
};

export type Listener = {
  readonly id: string;
  readonly address: SocketAddress;
  /** Stops accepting; open connections go on. */
  close(): Promise<void>;
};

export type DrainResult = { readonly finished: number; readonly forced: number };

export type DataPlane<Route> = {
  /** Rejects with the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL…). */
  openListener(options: ListenerOptions<Route>): Promise<Listener>;
  openSocks(options: SocksOptions<Route>): Promise<Listener>;
  /** The state behind a cluster name of one client proxy (`scope`); made on first sight, and told the configuration where that is another. */
  cluster(scope: string, config: ClusterConfig): Cluster;
  clusters(): Iterable<Cluster>;
  /** Drops the state of clusters that no configuration names any more; open connections are not touched. */
  forgetClusters(keep: (cluster: Cluster) => boolean): void;
  connections(): Iterable<ConnectionView<Route>>;
  /** Resets those connections, whose client or endpoint is no more, as its kernel would. */
  endThoseOf(isGone: (connection: ConnectionView<Route>) => boolean, reason: CloseReason): void;
  /** Stops accepting, waits until the connections end by themselves, at the bound resets the rest. */
  drain(timeoutMs: number): Promise<DrainResult>;
};
