/** The hosts of a Sidecar's egress listener: which services and VirtualServices they import. */
import { hostCovers, hostsOverlap, isWildcard, type MeshService } from '../mesh/index.ts';

/** Hosts to import from a namespace: plain names and wildcards. */
type HostFilter = { readonly exact: Set<string>; readonly wildcards: string[] };

/** By namespace, `*` for any. */
type Filters = Map<string, HostFilter>;

/** `namespace/host` entries; `~/*` and `~namespace/host` exclude. What is not exactly one slash is dropped, as Istio does. */
export function filtersOf(
  hosts: readonly string[],
  namespace: string,
): { readonly imports: Filters; readonly excludes: Filters } {
  const imports: Filters = new Map();
  const excludes: Filters = new Map();
  for (const entry of hosts) {
    const [where = '', host = '', ...more] = entry.split('/');
    if (more.length > 0 || !entry.includes('/')) continue;
    const excluding = where.startsWith('~');
    const named = excluding ? where.slice(1) || '*' : where;
    const target = excluding ? excludes : imports;
    const key = named === '.' ? namespace : named;
    const filter = target.get(key) ?? { exact: new Set(), wildcards: [] };
    if (isWildcard(host)) filter.wildcards.push(host);
    else filter.exact.add(host);
    target.set(key, filter);
  }
  return { imports, excludes };
}

export function onlyPlainNames(imports: Filters): boolean {
  if (imports.has('*')) return false;
  for (const { wildcards } of imports.values()) if (wildcards.length > 0) return false;
  return true;
}

function filtersFor(filters: Filters, namespace: string): HostFilter[] {
  return [filters.get(namespace), filters.get('*')].filter((filter) => filter !== undefined);
}

export function coversService(filters: Filters, { host, namespace }: MeshService): boolean {
  return coversHost(filters, namespace, host);
}

/** Is the host among the names, or below one of the wildcards? */
export function coversHost(filters: Filters, namespace: string, host: string): boolean {
  return filtersFor(filters, namespace).some(
    ({ exact, wildcards }) => exact.has(host) || wildcards.some((wide) => hostCovers(wide, host)),
  );
}

/** Has the host, which may be a wildcard itself, any name in common with them? */
export function touchesHost(filters: Filters, namespace: string, host: string): boolean {
  return filtersFor(filters, namespace).some(
    ({ exact, wildcards }) =>
      exact.has(host) ||
      wildcards.some((wide) => hostsOverlap(wide, host)) ||
      (isWildcard(host) && [...exact].some((name) => hostsOverlap(name, host))),
  );
}
