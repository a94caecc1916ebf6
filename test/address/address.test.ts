/** Addresses and prefixes as Go's netip reads them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  parseAddress,
  parsePrefix,
  prefixContains,
  prefixKey,
} from '../../src/address/index.ts';

describe('parseAddress', () => {
  it.each([
    '10.0.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
    '2001:DB8::',
  ])('takes %s', (text) => {
    expect(parseAddress(text)).not.toBeNull();
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.01',
    '256.0.0.1',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '1:2',
    ':::',
    '1::2::3',
    'fe80::1%',
    '12345::',
    '::10.0.0.256',
    'a.b.c.d',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('reads an embedded IPv4 as its bits', () => {
    expect(parseAddress('::ffff:1.2.3.4')?.bits).toBe(0xffff_0102_0304n);
    expect(parsePrefix('::ffff:1.2.3.4/96')?.first).toBe(0xffff_0000_0000n);
  });
});

describe('parsePrefix', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/08',
    'a/b/c',
    '10.0.0.0/',
    '/8',
    'fe80::1%eth0/64',
    '::/129',
    'host/8',
  ])('refuses %j', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });

  it('masks host bits', () => {
    const spelt = parsePrefix('10.96.30.1/16');
    const masked = parsePrefix('10.96.0.0/16');
    expect(spelt !== null && masked !== null && prefixKey(spelt) === prefixKey(masked)).toBe(true);
  });

  it('takes a bare address as a prefix of one', () => {
    expect(parsePrefix('10.0.0.1')?.length).toBe(32);
    expect(parsePrefix('::1')?.length).toBe(128);
  });

  it('holds exactly the addresses whose leading bits agree', () => {
    const v4 = fc.nat(0xffff_ffff);
    const write = (bits: number): string =>
      [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
    fc.assert(
      fc.property(v4, v4, fc.nat(32), (base, other, length) => {
        const prefix = parsePrefix(`${write(base)}/${length}`);
        const address = parseAddress(write(other));
        if (prefix === null || address === null) return false;
        const leading = (bits: number): number => (length === 0 ? 0 : bits >>> (32 - length));
        return prefixContains(prefix, address) === (leading(base) === leading(other));
      }),
    );
  });

  it('holds no address of the other family', () => {
    const all = parsePrefix('::/0');
    const address = parseAddress('10.0.0.1');
    expect(all !== null && address !== null && prefixContains(all, address)).toBe(false);
  });
});

describe('formatAddress', () => {
  it.each([
    ['10.96.20.1', '10.96.20.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
  ])('writes %s as %s', (text, usual) => {
    const address = parseAddress(text);
    expect(address === null ? null : formatAddress(address)).toBe(usual);
  });

  it('is read back as the same address', () => {
    const address = fc.oneof(
      fc.record({ family: fc.constant(4 as const), bits: fc.bigInt(0n, 2n ** 32n - 1n) }),
      fc.record({ family: fc.constant(6 as const), bits: fc.bigInt(0n, 2n ** 128n - 1n) }),
    );
    fc.assert(
      fc.property(address, (value) => {
        expect(parseAddress(formatAddress(value))).toEqual(value);
      }),
    );
  });
});

it('masks IPv6 as it masks IPv4', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 128n) - 1n), fc.nat(128), (bits, length) => {
      const groups = Array.from({ length: 8 }, (_, i) =>
        ((bits >> BigInt(112 - 16 * i)) & 65535n).toString(16),
      );
      const prefix = parsePrefix(`${groups.join(':')}/${length}`);
      const hosts = (1n << BigInt(128 - length)) - 1n;
      return prefix !== null && prefix.first === (bits & ~hosts) && prefix.last === (bits | hosts);
    }),
  );
});
