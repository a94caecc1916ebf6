import { describe, expect, it } from 'vitest';
import { buildHashRing, pickFromRing } from '../../src/proxy/load-balancer/hash-ring.ts';
import {
  buildMaglevTable,
  defaultTableSize,
  pickFromTable,
} from '../../src/proxy/load-balancer/maglev.ts';
import { xxHash64 } from '../../src/proxy/load-balancer/xx-hash.ts';

const hosts = [17001, 17002, 17003, 17004, 17005].map((port) => `127.0.0.1:${port}`);
const sources = Array.from({ length: 60 }, (_, index) => `127.0.1.${index + 1}`);

/** What Envoy 1.40 picked for these sources among these hosts, with source_ip as hash policy. */
describe('consistent hashing picks what Envoy picks', () => {
  it('with a ring', () => {
    const ring = buildHashRing(hosts, 1024);
    expect(sources.map((source) => pickFromRing(ring, xxHash64(source))).join('')).toBe(
      '331103004042111112331441332144320120310133002342023122031124',
    );
  });

  it('with Maglev', () => {
    const table = buildMaglevTable(hosts, defaultTableSize);
    expect(sources.map((source) => pickFromTable(table, xxHash64(source))).join('')).toBe(
      '114233011031343440314102430330431424240144443112002042013124',
    );
  });
});
