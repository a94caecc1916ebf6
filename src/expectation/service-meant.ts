/** Kubernetes Services by the names that destinations give them. */
import { resolveShortName } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { closest } from '../text/index.ts';

/**
 * The service that was meant by a name that none has: `b.default` is no short name (with a dot in it a name stands as it is),
 * `b` is one of the rule's own namespace, and a letter may be wrong.
 */
export function serviceMeant(
  host: string,
  resources: readonly Resource[],
  clusterDomain: string,
): string | null {
  const hosts = resources.flatMap((resource) =>
    resource.kind === 'Service'
      ? [resolveShortName(resource.name, resource.namespace, clusterDomain)]
      : [],
  );
  if (hosts.includes(host)) return null;
  const label = `${host.split('.')[0]}.`;
  return (
    hosts.find((full) => full.startsWith(`${host}.`)) ??
    hosts.find((full) => full.startsWith(label)) ??
    misspelt(label, hosts)
  );
}

function misspelt(label: string, hosts: readonly string[]): string | null {
  const labels = hosts.map((full) => `${full.split('.')[0]}.`);
  const near = label.length > 3 ? closest(label, labels) : null;
  return near === null ? null : (hosts.find((full) => full.startsWith(near)) ?? null);
}

export function servicePorts(
  host: string,
  resources: readonly Resource[],
  clusterDomain: string,
): readonly number[] {
  const found = resources.find(
    (resource) =>
      resource.kind === 'Service' &&
      resolveShortName(resource.name, resource.namespace, clusterDomain) === host,
  );
  return found?.kind === 'Service'
    ? (found.spec.ports ?? []).flatMap(({ port }) => port ?? [])
    : [];
}
