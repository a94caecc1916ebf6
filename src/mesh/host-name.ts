/** Host names as Istio compares them: short names, wildcards, which of several is the most specific. */
import { parseAddress } from '../address/index.ts';

/**
 * The name that a host in a resource of `namespace` stands for (`model/config.go:ResolveShortnameToFQDN`).
 * Only a name without any dot is completed: `reviews.prod` stays as it is and names no Kubernetes service.
 */
export function resolveShortName(host: string, namespace: string, clusterDomain: string): string {
  if (host === '' || host === '*' || host.includes('.') || parseAddress(host) !== null) return host;
  return serviceHost(host, namespace, clusterDomain);
}

/** The name of a Kubernetes Service in the whole cluster. */
export function serviceHost(name: string, namespace: string, clusterDomain: string): string {
  return `${name}.${namespace}${serviceTail(clusterDomain)}`;
}

const serviceTail = (clusterDomain: string): string => `.svc.${clusterDomain}`;

/** Is it a name that a Kubernetes Service would have? Others are for ServiceEntries to define. */
export function isServiceHost(host: string, clusterDomain: string): boolean {
  return host.endsWith(serviceTail(clusterDomain));
}

/** What stands before `.svc.cluster.local`, for a Service `name.namespace`; null where the host does not end so. */
export function beforeServiceTail(host: string, clusterDomain: string): string | null {
  return isServiceHost(host, clusterDomain)
    ? host.slice(0, -serviceTail(clusterDomain).length)
    : null;
}

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Do two names have a host in common? (`host/name.go:Matches`) */
export function hostsOverlap(a: string, b: string): boolean {
  if (isWildcard(a)) {
    if (!isWildcard(b)) return b.endsWith(a.slice(1));
    return a.length <= b.length ? b.endsWith(a.slice(1)) : a.endsWith(b.slice(1));
  }
  return isWildcard(b) ? a.endsWith(b.slice(1)) : a === b;
}

/** Does `wide` hold every host of `narrow`? (`host/name.go:SubsetOf`) */
export function hostCovers(wide: string, narrow: string): boolean {
  if (!isWildcard(wide)) return wide === narrow;
  if (isWildcard(narrow) && narrow.length < wide.length) return false;
  return narrow.endsWith(wide.slice(1));
}
