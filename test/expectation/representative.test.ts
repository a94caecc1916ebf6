/** Addresses that stand for all: whatever combination of subnets an address meets, a representative meets the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  parseAddress,
  parsePrefix,
  prefixContains,
} from '../../src/address/index.ts';
import { addressesIn, serverNameFor } from '../../src/expectation/representative.ts';
import { addressesWithin } from '../../src/expectation/subnets-of-mesh.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const subnet = fc
  .record({ bits: fc.bigInt(0n, 255n), length: fc.integer({ min: 24, max: 32 }) })
  .map(({ bits, length }) => `${formatAddress({ family: 4, bits: 0x0a600000n + bits })}/${length}`);

function met(ip: string, subnets: readonly string[]): string {
  const address = parseAddress(ip);
  return subnets
    .filter((text) => {
      const prefix = parsePrefix(text);
      return address !== null && prefix !== null && prefixContains(prefix, address);
    })
    .join(' ');
}

describe('addressesIn', () => {
  it('leaves out no combination', () => {
    fc.assert(
      fc.property(subnet, fc.array(subnet, { maxLength: 6 }), fc.nat(), (wide, others, pick) => {
        const prefix = parsePrefix(wide);
        if (prefix === null) throw new Error(wide);
        const size = prefix.last - prefix.first + 1n;
        const any = formatAddress({ family: 4, bits: prefix.first + (BigInt(pick) % size) });
        const found = addressesIn(wide, others);
        expect(found.map((ip) => met(ip, others))).toContain(met(any, others));
        for (const ip of found) expect(met(ip, [wide])).toBe(wide);
      }),
    );
  });

  it('has nothing for what is no subnet', () => {
    expect(addressesIn('10.0.0.0/33', [])).toEqual([]);
  });
});

describe('addressesWithin', () => {
  it('is what all subnets of the rules leave apart', () => {
    fc.assert(
      fc.property(subnet, fc.array(subnet, { maxLength: 20 }), (wide, others) => {
        const rules = others.map((other) => `{match: [{destinationSubnets: [${other}]}]}`);
        const text = `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a}, spec: {tcp: [${rules.join(', ')}]}}`;
        const { resources } = decodeSources([{ name: 'a.yaml', text }], { defaultNamespace: 'a' });
        const found = addressesWithin(buildMesh(resources), wide);
        expect(found).toEqual(addressesIn(wide, others));
      }),
    );
  });
});

describe('serverNameFor', () => {
  it.each([
    ['a.example.com', 'a.example.com'],
    ['*.example.com', 'tcpmesh-witness.example.com'],
    ['*', null],
    ['', null],
  ])('%j: %j', (pattern, name) => {
    expect(serverNameFor(pattern)).toBe(name);
  });
});
