/** Names such as `db.shop`, which DNS completes and Istio does not. */
import { serviceHost } from '../../mesh/index.ts';
import type { Facts } from './facts.ts';

/** The service that was probably meant by a dotted name without the cluster's domain; null where there is none. */
export function serviceMeantBy(host: string, facts: Facts): string | null {
  if (!host.includes('.') || host.startsWith('*')) return null;
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  const { settled, anywhere } = facts.hosts();
  if (anywhere(host) !== undefined) return null;
  const [name = '', namespace = '', ...rest] = bare.toLowerCase().split('.');
  const full = serviceHost(name, namespace, facts.options.clusterDomain);
  if (rest.length > 0 && !full.startsWith(bare.toLowerCase())) return null;
  return settled.includes(full) ? full : null;
}
