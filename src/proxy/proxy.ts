/** The data plane as the rooms above use it: listeners in, events out, clusters kept, one drain. */
import type { Cluster } from './cluster.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { Decide, SocketAddress, SocksRequest } from './decision.ts';
import type { ConnectionView, Sink } from './event.ts';

/** What the data plane takes from the world. */
export type ProxyOptions<Route> = {
  /** Milliseconds that only grow (`performance.now`). */
  readonly now: () => number;
  /** Uniform in [0, 1), seeded by whoever wants to repeat a run. */
  readonly random: () => number;
  readonly sink: Sink<Route>;
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
};

export type Listener = {
  readonly id: string;
  readonly address: SocketAddress;
  /** Stops accepting; open connections go on. */
  close(): Promise<void>;
};

export type DrainResult = { readonly finished: number; readonly forced: number };

export type Proxy<Route> = {
  /** Rejects with the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL…). */
  openListener(options: ListenerOptions<Route>): Promise<Listener>;
  openSocks(options: SocksOptions<Route>): Promise<Listener>;
  /** The state behind a cluster name of one client proxy (`scope`); made on first sight, and told the configuration where that is another. */
  cluster(scope: string, config: ClusterConfig): Cluster;
  connections(): Iterable<ConnectionView<Route>>;
  /** Stops accepting, waits until the connections end by themselves, at the bound resets the rest. */
  drain(timeoutMs: number): Promise<DrainResult>;
};
