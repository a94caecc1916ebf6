/** What the data plane tells: one union, given to a sink that must be quick and must not throw. */
import type { Refusal, SocksRequest } from './decision.ts';
import type { SocketAddress } from './socket-address.ts';

/** Envoy's short response flags, as its access log shows them for TCP. */
export type ResponseFlag = 'UH' | 'UF' | 'URX' | 'UO' | 'NC' | 'NR' | 'DT';

/** Why a connection ended. */
export type CloseReason =
  | Refusal
  | 'ended'
  | 'downstream-reset'
  | 'upstream-reset'
  | 'idle-timeout'
  | 'max-duration'
  | 'overflow'
  | 'connect-failed'
  | 'connect-timeout'
  | 'out-of-descriptors'
  | 'drained'
  | 'client-removed'
  | 'gateway-removed'
  | 'inspection-failed'
  | 'decision-failed';

/** A connection, live: its numbers go on changing until it is closed. Byte counts as Envoy names them, seen from the downstream. */
export type ConnectionView<Route> = {
  readonly id: number;
  readonly listener: string;
  readonly remote: SocketAddress;
  readonly request: SocksRequest | undefined;
  /** Undefined until the decider was asked; of an inspection until that is done. */
  readonly route: Route | undefined;
  readonly cluster: string | undefined;
  /** Name of the endpoint that was picked. */
  readonly endpoint: string | undefined;
  readonly state: 'inspecting' | 'connecting' | 'open' | 'closed';
  /** Milliseconds on the proxy's clock. */
  readonly acceptedAt: number;
  /** Bytes from the downstream, and to it. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
};

export type ProxyEvent<Route> =
  /** Both sides are connected. */
  | { readonly kind: 'opened'; readonly connection: ConnectionView<Route> }
  /** Once for every accepted connection, also for those that never opened. */
  | {
      readonly kind: 'closed';
      readonly connection: ConnectionView<Route>;
      readonly durationMs: number;
      readonly reason: CloseReason;
      readonly flags: readonly ResponseFlag[];
      /** For people: `connect ECONNREFUSED 127.0.0.1:41234`. */
      readonly detail: string | undefined;
    }
  | {
      readonly kind: 'ejected';
      readonly scope: string;
      readonly cluster: string;
      readonly endpoint: string;
      readonly failures: number;
      readonly forMs: number;
    }
  /** It failed so often that it would be ejected, if maxEjectionPercent of the endpoints let one more go. */
  | {
      readonly kind: 'spared';
      readonly scope: string;
      readonly cluster: string;
      readonly endpoint: string;
      readonly failures: number;
      readonly endpoints: number;
      readonly maxEjectionPercent: number;
    }
  | {
      readonly kind: 'returned';
      readonly scope: string;
      readonly cluster: string;
      readonly endpoint: string;
    }
  /** The process has no file descriptors left (or as many connections as it may have): new connections are closed at once for a while. */
  | { readonly kind: 'overloaded'; readonly listener: string; readonly message: string }
  | { readonly kind: 'recovered'; readonly refused: number }
  /** A client of a SOCKS listener got no connection. */
  | { readonly kind: 'socks-refused'; readonly listener: string; readonly message: string }
  | { readonly kind: 'listener-error'; readonly listener: string; readonly message: string };

export type Sink<Route> = (event: ProxyEvent<Route>) => void;
