/** Host names as Istio's analyzers compare them (pkg/config/host, analyzers/util/hosts.go). */
import { beforeServiceTail, serviceHost } from '../../mesh/index.ts';

/** A name without a dot gets the namespace of its resource; wildcards and dotted names stay as they are. */
export function expandHost(host: string, namespace: string, clusterDomain: string): string {
  if (host.includes('.') || host.startsWith('*')) return host;
  return serviceHost(host, namespace, clusterDomain);
}

/**
 * The (namespace, name) by which the analyzers compare the hosts of DestinationRules and destinations: a host below `.svc.<domain>` is
 * cut at the last dot before that, any other is the whole text in the resource's namespace.
 */
export function hostKey(host: string, namespace: string, clusterDomain: string): string {
  const head = beforeServiceTail(host, clusterDomain);
  if (head === null) return `${namespace}/${host}`;
  const dot = head.lastIndexOf('.');
  return dot === -1 ? `${namespace}/${host}` : `${head.slice(dot + 1)}/${head.slice(0, dot)}`;
}
