/** Names and ports that a client of a mesh may be told to dial. */
import type { Mesh } from '../mesh/index.ts';

/** What clients may dial: every service and port but those where Istio's own are, and names with a wildcard. */
export function connectTargets({ services, systemNamespace }: Mesh): readonly string[] {
  const targets = services
    .filter(({ namespace, host }) => namespace !== systemNamespace && !host.startsWith('*'))
    .flatMap(({ host, ports }) => ports.map(({ number }) => `${host}:${number}`));
  return [...new Set(targets)];
}
