/** What the data plane asks per connection, and what it is told: the whole of routing seen from here is one `decide` function. */
import type { Cluster } from './cluster.ts';
import type { ClusterEndpoint } from './cluster-config.ts';
import type { ProxiedAddresses } from './proxy-protocol.ts';
import type { SocketAddress } from './socket-address.ts';

/** What the first bytes look like: a TLS client hello (with its server name), HTTP/1.1 or h2c, or neither. */
export type Inspected = {
  readonly protocol: 'tcp' | 'http' | 'tls';
  readonly sni: string | undefined;
};

/** What a SOCKS client asked for; `user` names the workload that it connects as. */
export type SocksRequest = {
  readonly user: string;
  /** Exactly one of host and ip is given, as the client sent it. */
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly port: number;
};

/** All that is known of a downstream connection when it has to be decided where it goes. */
export type Facts = {
  readonly listener: string;
  readonly remote: SocketAddress;
  /** Set where the connection came in by SOCKS. */
  readonly request: SocksRequest | undefined;
  /** Set when `decide` asked for an inspection and it is done. */
  readonly inspected: Inspected | undefined;
};

/** Why a connection is closed at once. */
export type Refusal = 'blackhole' | 'no-such-cluster' | 'no-endpoints' | 'no-filter-chain' | 'http';

/** What counts for one connection whatever its cluster; Istio takes it from the first listed destination. */
export type ConnectionLimits = {
  /** Milliseconds without a byte either way until both sides are closed; 0: never. Envoy's own default is an hour. */
  readonly idleTimeoutMs: number;
  /** Milliseconds from the accept; 0: no limit. */
  readonly maxConnectionDurationMs: number;
};

/** Wait for the first bytes; `decide` is called again with `facts.inspected`. Protocols where the server speaks first hang here, as in Envoy. */
export type Inspect<Route> = {
  readonly kind: 'inspect';
  /** Which inspectors Envoy would have on this listener. */
  readonly tls: boolean;
  readonly http: boolean;
  /** 0: wait for ever (Istio's default for protocol detection). */
  readonly timeoutMs: number;
  /** After that the connection goes on as plain TCP, or is closed. */
  readonly atTimeout: 'go-on' | 'close';
  /** For the events of a connection that ends before it is decided. */
  readonly route: Route;
};

export type Forward<Route> = ConnectionLimits & {
  readonly kind: 'forward';
  readonly cluster: Cluster;
  /** What a source-IP hash policy hashes (the client's own address in the mesh); undefined: no key, an endpoint at random. */
  readonly hashKey: string | undefined;
  /** Where the client dialled, of a cluster that goes there and has no endpoints of its own. */
  readonly dialled?: ClusterEndpoint | undefined;
  /** For a cluster with the PROXY protocol: addresses as the mesh has them. Without it: the client's socket and the endpoint. */
  readonly addresses?: ProxiedAddresses | undefined;
  readonly route: Route;
};

export type Close<Route> = {
  readonly kind: 'close';
  readonly reason: Refusal;
  readonly route: Route;
};

/** `route` is the decider's own: it comes back, untouched, in every event of the connection. */
export type Decision<Route> = Forward<Route> | Close<Route>;

/** Called once per connection, twice where it asks for an inspection. Must not block; what it throws closes that connection only. */
export type Decide<Route> = (facts: Facts) => Decision<Route> | Inspect<Route>;

/** What Envoy takes where nothing is configured. */
export const defaultLimits: ConnectionLimits = {
  idleTimeoutMs: 3_600_000,
  maxConnectionDurationMs: 0,
};
