/** Ring hash as Envoy builds it (`ring_hash_lb.cc`): every endpoint at many points of a 64-bit ring, all with the same weight. */
import { xxHash64 } from './xx-hash.ts';

/** Envoy's default for `maximum_ring_size`. */
const maximumRingSize = 8 * 1024 * 1024;
/** Points are made in BigInt, so a ring far beyond any use would stall the process; this is still 64 times the default. */
const largestRingHere = 64 * 1024;

export type HashRing = { readonly points: BigUint64Array; readonly owners: Uint32Array };

export function buildHashRing(names: readonly string[], minimumRingSize: number): HashRing {
  const size = Math.min(
    Math.max(minimumRingSize, names.length),
    maximumRingSize,
    Math.max(largestRingHere, names.length),
  );
  const perName = Math.ceil(size / Math.max(1, names.length));
  const entries = names.flatMap((name, owner) =>
    Array.from({ length: perName }, (_, index) => ({ point: xxHash64(`${name}_${index}`), owner })),
  );
  entries.sort((a, b) => (a.point < b.point ? -1 : a.point > b.point ? 1 : 0));
  return {
    points: BigUint64Array.from(entries, ({ point }) => point),
    owners: Uint32Array.from(entries, ({ owner }) => owner),
  };
}

/** The first point at or after the hash, around the ring. */
export function pickFromRing({ points, owners }: HashRing, hash: bigint): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] ?? 0n) < hash) low = middle + 1;
    else high = middle;
  }
  return owners[low % Math.max(1, points.length)] ?? 0;
}
