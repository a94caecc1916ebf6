/** Values in the settings of the mesh for which Istio takes none of them (`validation.go:ValidateMeshConfig`). */
import {
  type ConnectionPoolSettings,
  type HttpSettings,
  httpLimits,
  type MeshConfigFields,
  type OutlierDetection,
  type TcpSettings,
} from '../resource/index.ts';

/** What Istio says of the first of those that tcpmesh reads; null where it takes them all. Durations here are in milliseconds. */
export function refusedValue(fields: MeshConfigFields): string | null {
  for (const problem of problemsOf(fields)) return problem;
  return null;
}

const longestConnectTimeout = 3_600_000;

function* problemsOf(fields: MeshConfigFields): Iterable<string> {
  const { connectTimeout, protocolDetectionTimeout, defaultTrafficPolicy } = fields;
  yield* badDuration('connectTimeout', connectTimeout);
  if ((connectTimeout ?? 0) > longestConnectTimeout) yield 'connectTimeout is more than an hour';
  if (!Number.isInteger(protocolDetectionTimeout ?? 0))
    yield 'protocolDetectionTimeout is no whole number of milliseconds';
  const { connectionPool, outlierDetection } = defaultTrafficPolicy ?? {};
  if (connectionPool !== undefined) yield* poolProblems(connectionPool);
  if (outlierDetection !== undefined) yield* outlierProblems(outlierDetection);
}

function* badDuration(name: string, value: number | undefined): Iterable<string> {
  if (value === undefined) return;
  if (value < 1) yield `${name} is less than 1 ms`;
  else if (!Number.isInteger(value)) yield `${name} is no whole number of milliseconds`;
}

function* poolProblems({ http, tcp }: ConnectionPoolSettings): Iterable<string> {
  if (http === undefined && tcp === undefined)
    yield 'the connectionPool of defaultTrafficPolicy has neither tcp nor http';
  if (http !== undefined) yield* httpProblems(http);
  if (tcp !== undefined) yield* tcpProblems(tcp);
}

function* httpProblems(http: HttpSettings): Iterable<string> {
  for (const limit of httpLimits) if ((http[limit] ?? 0) < 0) yield `${limit} is below 0`;
  yield* badDuration('http.idleTimeout', http.idleTimeout);
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true)
    yield 'useClientProtocol stands beside h2UpgradePolicy UPGRADE';
}

function* tcpProblems(tcp: TcpSettings): Iterable<string> {
  if ((tcp.maxConnections ?? 0) < 0) yield 'maxConnections is below 0';
  yield* badDuration('tcp.connectTimeout', tcp.connectTimeout);
  yield* badDuration('maxConnectionDuration', tcp.maxConnectionDuration);
  if (Math.abs(tcp.idleTimeout ?? 0) >= 1) yield* badDuration('tcp.idleTimeout', tcp.idleTimeout);
  yield* badDuration('tcpKeepalive.time', tcp.tcpKeepalive?.time);
  yield* badDuration('tcpKeepalive.interval', tcp.tcpKeepalive?.interval);
}

function* outlierProblems(outliers: OutlierDetection): Iterable<string> {
  yield* badDuration('baseEjectionTime', outliers.baseEjectionTime);
  yield* badDuration('outlierDetection.interval', outliers.interval);
  const { splitExternalLocalOriginErrors, consecutiveLocalOriginFailures } = outliers;
  if (splitExternalLocalOriginErrors !== true && (consecutiveLocalOriginFailures ?? 0) > 0)
    yield 'consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors beside it';
  for (const percentage of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const value = outliers[percentage] ?? 0;
    if (value < 0 || value > 100) yield `${percentage} is not between 0 and 100`;
  }
}
