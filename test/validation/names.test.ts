/** Names of hosts, labels and protocols as Istio reads them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredByAny, overlaps } from '../../src/validation/host-index.ts';
import {
  isDnsLabel,
  isFqdn,
  isGatewayBoundDomain,
  isHttp,
  isLabelKey,
  isLabelValue,
  isPartialWildcard,
  isTcp,
  isTls,
  isWildcardDomain,
  parseProtocol,
} from '../../src/validation/names.ts';

const long = (length: number): string => 'a'.repeat(length);

function table(name: string, check: (text: string) => boolean, yes: string[], no: string[]): void {
  describe(name, () => {
    it.each(yes)('takes %j', (text) => expect(check(text)).toBe(true));
    it.each(no)('refuses %j', (text) => expect(check(text)).toBe(false));
  });
}

table(
  'a DNS label',
  isDnsLabel,
  ['a', 'A1', 'a-b', '1', long(63)],
  ['', '-a', 'a-', 'a_b', 'a.b', 'é', long(64)],
);
table(
  'a full name',
  isFqdn,
  ['a', 'a.b', 'a.b.', 'A.b1', '1.a', '99999999999999999999', `${long(63)}.a`],
  [
    '',
    '10.0.0.1',
    'a.1',
    'a.+1',
    'a.-1',
    'a..b',
    '.a',
    '*.a',
    'a_b.c',
    `${long(64)}.a`,
    `a.${'b.'.repeat(130)}`,
  ],
);
table(
  'a name with a wildcard',
  isWildcardDomain,
  ['reviews', '*', '*foo', '*-foo', '123', '*.a', '*a.b.c', 'a.b.', '*.'],
  ['', '10.0.0.1', 'a.*.b', '*.*', '**', 'a*', '*_a', '*.a_b', '*.1', long(64)],
);
table(
  'a name at a gateway',
  isGatewayBoundDomain,
  ['outbound_.80_.v1_.a.b', 'outbound_.80_._.a', '*.a', 'a'],
  [
    'outbound_.x_.v1_.a',
    'outbound_.80_.v1',
    'outbound_.80_.v1_.1',
    'inbound_.80_.v1_.a',
    `outbound_.80_._.${long(250)}`,
  ],
);
table('a partial wildcard', isPartialWildcard, ['*foo.com', 'a*', '**'], ['*', '*.foo.com', 'a']);
table(
  'a label key',
  isLabelKey,
  ['a', 'a_b.c-d', 'Example.com/a', 'a.b/c', `${long(253)}/a`, long(63)],
  ['', '_a', 'a_', 'a/b/c', '/a', 'a/', 'a_b/c', 'a..b/c', long(64), `${long(254)}/a`],
);
table(
  'a label value',
  isLabelValue,
  ['', 'a', 'a.b_c-d', '1', long(500)],
  ['-', 'a ', 'a/b', '_a'],
);

describe('protocols', () => {
  it('go by name in any case', () => {
    expect(['http', 'HTTP2', 'Grpc-Web', 'tls', 'MONGO'].map(parseProtocol)).toEqual([
      'HTTP',
      'HTTP2',
      'GRPCWeb',
      'TLS',
      'Mongo',
    ]);
    expect(['', 'postgres', 'http3', ' tcp'].map(parseProtocol)).toEqual([null, null, null, null]);
  });
  it('belong to families', () => {
    const names = ['http', 'http_proxy', 'grpc', 'https', 'tls', 'tcp', 'redis', 'udp'].map(
      parseProtocol,
    );
    expect(names.map(isHttp)).toEqual([true, true, true, false, false, false, false, false]);
    expect(names.map(isTls)).toEqual([false, false, false, true, true, false, false, false]);
    expect(names.map(isTcp)).toEqual([false, false, false, true, true, true, true, false]);
  });
});

/** Istio's host.Name.Matches, as it is written down. */
function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  const [tailA, tailB] = [a, b].map((host) => (host.startsWith('*') ? host.slice(1) : null));
  if (tailA != null && tailB != null) return tailA.endsWith(tailB) || tailB.endsWith(tailA);
  if (tailA != null) return b.endsWith(tailA);
  return tailB != null && a.endsWith(tailB);
}

/** host.Name.SubsetOf. */
function covered(host: string, by: string): boolean {
  if (host === by) return true;
  if (!by.startsWith('*')) return false;
  return (host.startsWith('*') ? host.slice(1) : host).endsWith(by.slice(1));
}

const host = fc
  .tuple(
    fc.constantFrom('', '*', '*.', '*-'),
    fc.array(fc.constantFrom('a', 'b', '.', 'ab'), { maxLength: 5 }),
  )
  .map(([start, rest]) => start + rest.join(''));
const hosts = fc.array(host, { maxLength: 8 });

describe('many hosts at once', () => {
  it('find an overlap for a host exactly where comparing each with each does', () => {
    fc.assert(
      fc.property(hosts, (list) => {
        const found = overlaps(list);
        for (const { earlier, later } of found) {
          expect(earlier).toBeLessThan(later);
          expect(overlap(list[earlier] ?? '', list[later] ?? '')).toBe(true);
        }
        const some = list.some((a, i) => list.some((b, j) => i < j && overlap(a, b)));
        expect(found.length > 0).toBe(some);
        // Whoever overlaps with anything is in a pair.
        const told = new Set(found.flatMap(({ earlier, later }) => [earlier, later]));
        for (const [i, a] of list.entries())
          expect(told.has(i)).toBe(list.some((b, j) => i !== j && overlap(a, b)));
      }),
    );
  });

  it('cover a name exactly where one of them does', () => {
    fc.assert(
      fc.property(hosts, host, (list, name) => {
        expect(coveredByAny(list)(name)).toBe(list.some((by) => covered(name, by)));
      }),
    );
  });
});
