/** Field table: Connection limits and timeouts of a DestinationRule or Sidecar. */

import type { Decoded } from '../field-table.ts';
import {
  bool,
  duration,
  int32,
  looseDuration,
  message,
  oneOfNames,
  uint32,
} from '../field-table.ts';

export const http2KeepAlive = message('Http2KeepAlive', {
  interval: duration(),
  timeout: duration(),
});

export const httpSettings = message('HttpSettings', {
  h2UpgradePolicy: oneOfNames('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
  http1MaxPendingRequests: int32(),
  http2KeepAlive: http2KeepAlive,
  http2MaxRequests: int32(),
  idleTimeout: duration(),
  maxConcurrentStreams: int32(),
  maxRequestsPerConnection: int32(),
  maxRetries: int32(),
  useClientProtocol: bool(),
});

/** Those of them that are numbers which may not be negative. */
export const httpLimits = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;

export const tcpKeepalive = message('TcpKeepalive', {
  interval: duration(),
  probes: uint32(),
  time: duration(),
});

export const tcpSettings = message('TcpSettings', {
  connectTimeout: duration(),
  idleTimeout: looseDuration(),
  maxConnectionDuration: duration(),
  maxConnections: int32(),
  tcpKeepalive: tcpKeepalive,
});

export const connectionPoolSettings = message('ConnectionPoolSettings', {
  http: httpSettings,
  tcp: tcpSettings,
});

export type Http2KeepAlive = Decoded<typeof http2KeepAlive>;
export type HttpSettings = Decoded<typeof httpSettings>;
export type TcpKeepalive = Decoded<typeof tcpKeepalive>;
export type TcpSettings = Decoded<typeof tcpSettings>;
export type ConnectionPoolSettings = Decoded<typeof connectionPoolSettings>;
