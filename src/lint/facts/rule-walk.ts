/** One walk over the rules of a VirtualService, whatever their protocol. */
import type { Resource, SpecOf } from '../../resource/index.ts';

type Spec = SpecOf<'VirtualService'>;
type List = 'http' | 'tls' | 'tcp';
export type AnyRule = NonNullable<Spec[List]>[number];
export type AnyMatch = NonNullable<AnyRule['match']>[number];

export function* everyRule(service: Resource<'VirtualService'>): Iterable<AnyRule> {
  const { http, tls, tcp } = service.spec;
  yield* http ?? [];
  yield* tls ?? [];
  yield* tcp ?? [];
}

export function* everyMatch(service: Resource<'VirtualService'>): Iterable<AnyMatch> {
  for (const { match } of everyRule(service)) yield* match ?? [];
}
