/** Which host was probably meant by one that nothing defines. */
import { isServiceHost, isWildcard } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { closest } from '../../text/index.ts';
import { isSettled, moveTogether } from './built-namespaces.ts';
import { serviceMeantBy } from './dotted-name.ts';
import type { Facts } from './facts.ts';

/**
 * dotted: `db.shop` for the service db in shop, which Istio does not complete. hosts: full names, or a short one where it alone is right;
 * empty where nothing is near.
 */
export type HostMeant = { readonly dotted: boolean; readonly hosts: readonly string[] };

/** fqdn: the host as Istio completes it. by: what names it; null where short names are not completed. */
export function hostMeant(
  host: string,
  fqdn: string,
  by: Resource | null,
  facts: Facts,
): HostMeant {
  const along = by === null ? null : movedAlong(host, by, facts);
  if (along !== null) return { dotted: false, hosts: [along] };
  const dotted = serviceMeantBy(host, facts);
  if (dotted !== null) return { dotted: true, hosts: [dotted] };
  const { settled: names } = facts.hosts();
  if (isWildcard(fqdn)) return { dotted: false, hosts: nearestWildcard(fqdn, names, facts) };
  const near = nearest(fqdn, names, facts.options.clusterDomain);
  if (near !== null) return { dotted: false, hosts: [near] };
  const [first, ...rest] = host.split('.');
  // A name of the world outside has no more to do with a service than its first part.
  const inCluster = rest.length <= 1 || rest.includes('svc');
  return {
    dotted: false,
    hosts: inCluster ? names.filter((name) => name.split('.')[0] === first) : [],
  };
}

/**
 * A service that is given the same namespaces as what names it, before a cluster gets either: by its short name, which is right there
 * whatever they are. Null where none is near.
 */
function movedAlong(host: string, by: Resource, facts: Facts): string | null {
  if (host.includes('.') || host.startsWith('*') || isSettled(by, facts)) return null;
  const along = facts.hosts().moved.filter(({ resource }) => moveTogether(resource, by, facts));
  return closest(
    host,
    along.map(({ resource }) => resource.name),
  );
}

/** Two of them have their first part in common, which says nothing, and those of services most of the rest. */
function nearestWildcard(
  fqdn: string,
  names: readonly string[],
  { options }: Facts,
): readonly string[] {
  if (isServiceHost(fqdn, options.clusterDomain)) return [];
  const near = closest(fqdn, names.filter(isWildcard));
  return near === null ? [] : [near];
}

/** Of a service the suffix that all of a namespace share says nothing of how near its name is. */
function nearest(fqdn: string, names: readonly string[], clusterDomain: string): string | null {
  const dot = fqdn.indexOf('.');
  const suffix = fqdn.slice(dot);
  if (!isServiceHost(suffix, clusterDomain)) return closest(fqdn, names);
  const name = closest(fqdn.slice(0, dot), firstPartsUnder(suffix, names));
  return name === null ? null : name + suffix;
}

const bySuffix = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** Of the hosts with that suffix (`.shop.svc.cluster.local`) the first part. Many unknown hosts ask for the same. */
export function firstPartsUnder(suffix: string, names: readonly string[]): readonly string[] {
  let parts = bySuffix.get(names);
  if (parts === undefined) {
    parts = firstPartsBySuffix(names);
    bySuffix.set(names, parts);
  }
  return parts.get(suffix) ?? [];
}

function firstPartsBySuffix(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  for (const name of names) {
    const dot = name.indexOf('.');
    const suffix = name.slice(dot);
    const known = parts.get(suffix);
    if (known === undefined) parts.set(suffix, [name.slice(0, dot)]);
    else known.push(name.slice(0, dot));
  }
  return parts;
}
