import { describe, expect, it } from 'vitest';
import { xxHash64 } from '../../src/proxy/load-balancer/xx-hash.ts';

/** Published values of the reference implementation. */
const known: readonly (readonly [string, bigint, bigint])[] = [
  ['', 0n, 0xef46db3751d8e999n],
  ['a', 0n, 0xd24ec4f1a98c6e5bn],
  ['abc', 0n, 0x44bc2cf5ad770999n],
  ['Nobody inspects the spammish repetition', 0n, 0xfbcea83c8a378bf1n],
  ['xxhash', 0n, 0x32dd38952c4bc720n],
  ['xxhash', 20141025n, 0xb559b98d844e0635n],
];

describe('XXH64', () => {
  it.each(known)('of %j with seed %s', (text, seed, hash) => {
    expect(xxHash64(text, seed)).toBe(hash);
  });
});
