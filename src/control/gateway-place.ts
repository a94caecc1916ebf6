/**
 * Which addresses of this computer stand for those of a gateway: gateway 2 is at 127.0.0.2, the first address that a server of it has
 * for itself at 127.0.2.1. A place is kept while the mesh changes, for people have it in their shells by then.
 */

export type GatewayPlace = {
  readonly number: number;
  /** The places of addresses that servers have for themselves. */
  readonly binds: ReadonlyMap<string, number>;
};

/** key: the same for the same gateway of two meshes. */
type Placed = { readonly key: string; readonly place: GatewayPlace };
type Unplaced = { readonly key: string; readonly binds: readonly string[] };

/** What the last octet of an address may be. */
const numberMax = 254;

/** To be asked for one gateway after the other. staying: the keys of all that there are now; who is gone leaves its place. */
export function gatewayPlaces(
  before: readonly Placed[],
  staying: ReadonlySet<string>,
): (gateway: Unplaced) => GatewayPlace {
  const kept = new Map(before.filter(({ key }) => staying.has(key)).map((one) => [one.key, one]));
  const taken = new Set([...kept.values()].map(({ place }) => place.number));
  return ({ key, binds }) => {
    const own = kept.get(key)?.place;
    return { number: own?.number ?? nextFree(taken), binds: bindPlaces(binds, own?.binds) };
  };
}

function bindPlaces(
  binds: readonly string[],
  before: GatewayPlace['binds'] = new Map(),
): GatewayPlace['binds'] {
  const taken = new Set(binds.flatMap((bind) => before.get(bind) ?? []));
  const places = new Map<string, number>();
  for (const bind of binds)
    if (!places.has(bind)) places.set(bind, before.get(bind) ?? nextFree(taken));
  return places;
}

/** Takes it; beyond the last one all share that. */
function nextFree(taken: Set<number>): number {
  let number = 1;
  while (taken.has(number) && number < numberMax) number += 1;
  taken.add(number);
  return number;
}

/** bind: null for where every other address is. */
export function hostOf({ number, binds }: GatewayPlace, bind: string | null): string {
  return bind === null ? `127.0.0.${number}` : `127.0.${number}.${binds.get(bind) ?? numberMax}`;
}
