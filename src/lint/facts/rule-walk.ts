/** One walk over the rules of a VirtualService, whatever their protocol. */
import type { Resource, SpecOf } from '../../resource/index.ts';

type Spec = SpecOf<'VirtualService'>;
type List = 'http' | 'tls' | 'tcp';
export type AnyRule = NonNullable<Spec[List]>[number];
export type AnyMatch = NonNullable<AnyRule['match']>[number];

const none: readonly never[] = [];

export function everyRule({ spec }: Resource<'VirtualService'>): readonly AnyRule[] {
  const { http = none, tls = none, tcp = none } = spec;
  // Hardly any has rules of several protocols.
  if (http.length + tls.length === 0) return tcp;
  if (tls.length + tcp.length === 0) return http;
  return [...http, ...tls, ...tcp];
}

/** Of those that send somewhere: each route with what takes it, in the word of its protocol. */
export function* everyRoute({
  spec,
}: Resource<'VirtualService'>): Iterable<{ readonly route: Route; readonly taker: Taker }> {
  for (const list of ['http', 'tls', 'tcp'] as const)
    for (const { route } of spec[list] ?? [])
      if (route !== undefined) yield { route, taker: list === 'http' ? 'request' : 'connection' };
}

type Route = NonNullable<AnyRule['route']>;
export type Taker = 'request' | 'connection';

export function everyMatch(service: Resource<'VirtualService'>): readonly AnyMatch[] {
  return everyRule(service).flatMap(({ match }): readonly AnyMatch[] => match ?? none);
}
