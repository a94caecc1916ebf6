/** Maglev's table as Envoy fills it (`maglev_lb.cc`), all endpoints with the same weight. */
import { xxHash64 } from './xx-hash.ts';

/** Envoy's default; a prime, as any table size has to be. */
export const defaultTableSize = 65_537;

/** Slot -> index of the endpoint. */
export type MaglevTable = Uint32Array;

export function buildMaglevTable(names: readonly string[], tableSize: number): MaglevTable {
  const size = BigInt(tableSize);
  // Envoy goes through the hosts in the order of their hash keys, so that a table does not hang on the order of the input.
  const builders = names
    .map((name, owner) => ({
      name,
      owner,
      at: Number(xxHash64(name) % size),
      skip: Number((xxHash64(name, 1n) % (size - 1n)) + 1n),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const free = 0xffff_ffff;
  const table = new Uint32Array(tableSize).fill(free);
  let filled = 0;
  while (filled < tableSize && builders.length > 0) {
    for (const builder of builders) {
      if (filled === tableSize) break;
      while (table[builder.at] !== free) builder.at = (builder.at + builder.skip) % tableSize;
      table[builder.at] = builder.owner;
      filled += 1;
    }
  }
  return table;
}

export const pickFromTable = (table: MaglevTable, hash: bigint): number =>
  table[Number(hash % BigInt(table.length))] ?? 0;
