/** Listeners and filter chains of one proxy, each chain with what it was made from. */
import type { MeshService, MeshVirtualService } from '../mesh/index.ts';
import type { RouteDestination, Server, TcpRoute, TlsRoute } from '../resource/index.ts';

/** A tcp or tls rule of a VirtualService that became a chain. */
export type RuleSource = {
  readonly virtualService: MeshVirtualService;
  readonly rule: TcpRoute | TlsRoute;
  readonly route: readonly RouteDestination[];
};

/**
 * Who takes the connections of a chain. rule: the destinations of a rule; service: the service's own cluster;
 * cluster: one cluster by name (AUTO_PASSTHROUGH); http: an HTTP connection manager.
 */
export type ChainTarget =
  | { readonly kind: 'rule'; readonly source: RuleSource; readonly listenPort: number }
  | { readonly kind: 'service'; readonly service: MeshService; readonly port: number }
  | {
      readonly kind: 'cluster';
      readonly host: string;
      readonly port: number;
      readonly subset: string;
    }
  | { readonly kind: 'http' };

/** cidrs and sniHosts as Istio writes them, before anything is dropped or masked; empty: no condition. */
export type FilterChain = {
  readonly cidrs: readonly string[];
  readonly sniHosts: readonly string[];
  readonly transport: '' | 'raw_buffer';
  readonly alpn: readonly string[];
  readonly target: ChainTarget;
};

/** What a listener was made for: a service's port, or a server of a Gateway. */
export type ListenerOwner =
  | { readonly kind: 'service'; readonly service: MeshService; readonly port: number }
  | { readonly kind: 'server'; readonly server: Server; readonly gateway: string };

/**
 * chains: in Istio's order. defaultChain: what takes connections that no chain matches: a chain without conditions, the
 * passthrough or blackhole of a sidecar (fallthrough), on gateways nothing (null: the connection is closed).
 */
export type Listener = {
  readonly bind: string;
  readonly port: number;
  readonly chains: readonly FilterChain[];
  readonly defaultChain: FilterChain | 'fallthrough' | null;
  readonly inspectsTls: boolean;
  readonly inspectsHttp: boolean;
  readonly owners: readonly ListenerOwner[];
  /** Why Envoy refuses it, or null. */
  readonly rejection: Rejection | null;
};

/** Two chains (or one twice) that Envoy cannot tell apart, or a name that it cannot match. */
export type Rejection = {
  readonly kind: 'same-match' | 'partial-wildcard';
  /** What is there twice, or the name. */
  readonly value: string;
  readonly first: FilterChain;
  readonly second: FilterChain;
};

export const httpAlpn: readonly string[] = ['http/1.1', 'h2c'];

/** SNI conditions as Envoy gets them: one `*` takes them all away. */
export function effectiveSni(chain: FilterChain): readonly string[] {
  return chain.sniHosts.includes('*') ? [] : chain.sniHosts;
}

/** No condition of any kind, before subnets are dropped (`listener.go:isMatchAll`). */
export function isMatchAll(chain: FilterChain): boolean {
  return (
    effectiveSni(chain).length === 0 &&
    chain.alpn.length === 0 &&
    chain.transport === '' &&
    chain.cidrs.length === 0
  );
}
