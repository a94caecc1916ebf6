/** What a rule is reached by in the orders of age that are best and worst for it, where the files do not say which is true. */

import type { Rule } from '../../expectation/index.ts';
import type { Resource } from '../../resource/index.ts';
import { askInOrder, type Reaches } from './age-orders.ts';
import { rivalsIn } from './contested.ts';
import type { Facts } from './facts.ts';
import { lazyBy, lazyFor } from './lazy.ts';
import type { Reach } from './reach.ts';

/**
 * Of a rule whose VirtualService has rivals: as the files stand, in the opposite order, and as the oldest and the youngest of all. Two
 * are each the oldest and the youngest in one of the first two orders.
 */
export function* reachesByAge(rule: Rule, facts: Facts): Iterable<Reach> {
  yield facts.routes().reach(rule);
  yield facts.routesReversed().reach(rule);
  const { virtualService } = rule;
  if ((rivalsIn(facts).get(virtualService)?.size ?? 0) < 2) return;
  const { placeOf, count, withFirst } = rotationsOf(facts);
  const place = placeOf.get(virtualService) ?? 0;
  yield withFirst(place).reach(rule);
  yield withFirst((place + 1) % count).reach(rule);
}

/** placeOf: no two rivals have the same place. withFirst: those of the place are the oldest, those of the one before the youngest. */
type Rotations = {
  readonly placeOf: ReadonlyMap<Resource, number>;
  readonly count: number;
  readonly withFirst: (place: number) => Reaches;
};

const rotationsOf = lazyFor(rotate);

function rotate(facts: Facts): Rotations {
  const { mesh, judges, unfinished } = facts;
  const placeOf = new Map<Resource, number>(placesOf(rivalsIn(facts)));
  const count = Math.max(0, ...placeOf.values()) + 1;
  const withFirst = lazyBy(Number, (place: number): Reaches => {
    const rank = (resource: Resource): number =>
      ((placeOf.get(resource) ?? place) - place + count) % count;
    const sorted = [...mesh.resources].sort(
      (a, b) => rank(a) - rank(b) || mesh.ageOf(a) - mesh.ageOf(b),
    );
    return askInOrder(sorted, mesh, judges, unfinished);
  });
  return { placeOf, count, withFirst };
}

function placesOf<T>(rivals: ReadonlyMap<T, ReadonlySet<T>>): ReadonlyMap<T, number> {
  const places = new Map<T, number>();
  for (const [one, others] of rivals) {
    const taken = new Set([...others].map((other) => places.get(other)));
    let place = 0;
    while (taken.has(place)) place++;
    places.set(one, place);
  }
  return places;
}
