/** What a cluster is told from outside: its endpoints and what the DestinationRule says of them. Plain values. */
import type { SocketAddress } from './socket-address.ts';

/**
 * A fault put on one endpoint for trying things: `kill` refuses, `reset` resets once connected, `delay` waits before it dials.
 * `absent` is nobody's doing: there is nothing to dial, and why says so.
 */
export type EndpointFault =
  | { readonly kind: 'kill' }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly delayMs: number };

export type ClusterEndpoint = {
  /** The address it has in the mesh, `10.244.2.20:19000`: its identity over configuration changes, and what hash policies hash. */
  readonly name: string;
  /** Where it is really dialled on this computer. */
  readonly dial: SocketAddress;
  /** False for pods that are not ready. */
  readonly healthy: boolean;
  /** Against the others of the cluster; absent: 1. */
  readonly weight?: number | undefined;
  readonly fault?: EndpointFault | undefined;
};

/** `hash` picks by the connection's hash key, and at random where it has none. */
export type LoadBalancerPolicy =
  | { readonly kind: 'least-request' }
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'random' }
  | { readonly kind: 'ring-hash'; readonly minimumRingSize: number }
  | { readonly kind: 'maglev'; readonly tableSize: number };

/** Milliseconds and percentages as Istio hands them to Envoy (`cluster_traffic_policy.go:applyOutlierDetection`). 0 switches a counter off. */
export type OutlierDetection = {
  readonly consecutive5xxErrors: number;
  readonly consecutiveGatewayErrors: number;
  readonly splitExternalLocalOriginErrors: boolean;
  readonly consecutiveLocalOriginFailures: number;
  readonly intervalMs: number;
  readonly baseEjectionTimeMs: number;
  /** Of all endpoints, and never more: 10 % of nine are none (Envoy's `always_eject_one_host` is off; Istio leaves it so). */
  readonly maxEjectionPercent: number;
};

/**
 * Seconds, as the socket options take them; undefined: the operating system's default. The runtime lets only `time` be set: interval
 * and probes are its own (1 s and 10 in Node 20), so a dead peer is noticed sooner than asked for.
 */
export type TcpKeepalive = {
  readonly time: number | undefined;
  readonly interval: number | undefined;
  readonly probes: number | undefined;
};

export type ClusterConfig = {
  /** `outbound|19000|v1|echo.default.svc.cluster.local` */
  readonly name: string;
  readonly endpoints: readonly ClusterEndpoint[];
  readonly loadBalancer: LoadBalancerPolicy;
  /** Connections open at one time from one client proxy; more are closed (UO). */
  readonly maxConnections: number;
  /** Connections that wait at one time to be connected, from one client proxy; more are closed (URX). */
  readonly maxPendingConnections: number;
  readonly connectTimeoutMs: number;
  readonly tcpKeepalive: TcpKeepalive | undefined;
  readonly outlierDetection: OutlierDetection | undefined;
  /**
   * Percentage of healthy endpoints below which all are used, unless 140 % of them are all there are; 0: never (what Istio sets beside
   * outlierDetection).
   */
  readonly panicThreshold: number;
  /** Prepended to the upstream connection. */
  readonly proxyProtocol: 1 | 2 | undefined;
};

const unlimited = 4_294_967_295;

/** What Istio writes where no DestinationRule says otherwise. */
export const defaultClusterConfig: Omit<ClusterConfig, 'name' | 'endpoints'> = {
  loadBalancer: { kind: 'least-request' },
  maxConnections: unlimited,
  maxPendingConnections: unlimited,
  connectTimeoutMs: 10_000,
  tcpKeepalive: undefined,
  outlierDetection: undefined,
  panicThreshold: 0,
  proxyProtocol: undefined,
};

/** What an outlierDetection block means where its fields are not set. */
export const defaultOutlierDetection: OutlierDetection = {
  consecutive5xxErrors: 5,
  consecutiveGatewayErrors: 0,
  splitExternalLocalOriginErrors: false,
  consecutiveLocalOriginFailures: 5,
  intervalMs: 10_000,
  baseEjectionTimeMs: 30_000,
  maxEjectionPercent: 10,
};
