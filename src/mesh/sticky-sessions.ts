/** Services whose clients stay with an endpoint on its way out, for the sake of a session. */
import type { Resource } from '../resource/index.ts';

/** `features.PersistentSessionLabel` of Istio. */
export function hasStickySessions({ metadata }: Resource<'Service'>): boolean {
  return (metadata.labels?.['istio.io/persistent-session'] ?? '') !== '';
}
