/** One walk over every destination that a VirtualService names, whatever the protocol of the rule. */

import type { Destination, Placed, Resource } from '../../resource/index.ts';
import { lazyFor } from './lazy.ts';

/**
 * destination: undefined where the entry has none. place: what a finding points at. rule: index in the list of its protocol.
 * entry: index in the rule's route; null for a mirror.
 */
export type DestinationUse = {
  readonly protocol: 'http' | 'tls' | 'tcp';
  readonly rule: number;
  readonly entry: number | null;
  readonly weight: number | undefined;
  readonly destination: Destination | undefined;
  readonly place: Placed;
};

/** Many rules ask: the list is made at the first question. */
export const destinationsOf = lazyFor(
  (service: Resource<'VirtualService'>): readonly DestinationUse[] => [...walk(service)],
);

function* walk({ spec }: Resource<'VirtualService'>): Iterable<DestinationUse> {
  for (const protocol of ['http', 'tls', 'tcp'] as const)
    for (const [rule, route] of (spec[protocol] ?? []).entries())
      for (const [entry, { destination, weight }] of (route.route ?? []).entries()) {
        const place = destination ?? route.route?.[entry] ?? route;
        yield { protocol, rule, entry, weight, destination, place };
      }
  for (const [rule, route] of (spec.http ?? []).entries()) {
    const mirror = { protocol: 'http', rule, entry: null, weight: undefined } as const;
    if (route.mirror !== undefined)
      yield { ...mirror, destination: route.mirror, place: route.mirror };
    for (const policy of route.mirrors ?? [])
      yield { ...mirror, destination: policy.destination, place: policy.destination ?? policy };
  }
}
