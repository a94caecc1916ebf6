/**
 * Room proxy (8): the data plane. Listeners, inspection of first bytes, load balancing, relay, outlier detection, drain; the SOCKS
 * server and the echo workload. Knows sockets and bytes, and is told by a `decide` function where each connection goes.
 * May import lower rooms; may not know rules, meshes, files, clocks or randomness other than those it is given.
 */
export type { Cluster, EndpointView } from './cluster.ts';
export {
  type ClusterConfig,
  type ClusterEndpoint,
  defaultClusterConfig,
  defaultOutlierDetection,
  type EndpointFault,
  type LoadBalancerPolicy,
  type OutlierDetection,
  type TcpKeepalive,
} from './cluster-config.ts';
export { createDataPlane } from './create-data-plane.ts';
export type {
  DataPlane,
  DataPlaneOptions,
  DrainResult,
  Listener,
  ListenerOptions,
  SocksOptions,
  SocksRefusal,
} from './data-plane.ts';
export {
  type Close,
  type ConnectionLimits,
  type Decide,
  type Decision,
  defaultLimits,
  type Facts,
  type Forward,
  type Inspect,
  type Inspected,
  type Refusal,
  type SocksRequest,
} from './decision.ts';
export {
  type EchoCounters,
  type EchoOptions,
  EchoWorkload,
  type WorkloadFault,
} from './echo/echo-workload.ts';
export { type LogLine, LogRing } from './echo/log-ring.ts';
export type { CloseReason, ConnectionView, ProxyEvent, ResponseFlag, Sink } from './event.ts';
export { clientHello } from './inspection/client-hello.ts';
export type { ProxiedAddresses } from './proxy-protocol.ts';
export type { SocketAddress } from './socket-address.ts';
export { accountBySocks, dialSocks, gatewayBySocks, type SocksDial } from './socks/dial-socks.ts';
