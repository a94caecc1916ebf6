/** A few values that stand for all: addresses that tell subnets apart, server names that tell sniHosts apart. */
import { type Address, formatAddress, type Prefix, parsePrefix } from '../address/index.ts';

/**
 * Addresses within `subnet` that between them meet every combination of the other subnets: its own ends, and both sides of the
 * ends of each subnet that lies inside it; first one that somebody may have. Whatever one address of `subnet` meets, one of these meets too.
 */
export function addressesIn(subnet: string, others: readonly string[]): string[] {
  const prefix = parsePrefix(subnet);
  if (prefix === null) return [];
  const marks = new Set<bigint>([prefix.first, prefix.last]);
  if (prefix.last > prefix.first) marks.add(prefix.first + 1n);
  for (const other of others) {
    const inner = parsePrefix(other);
    if (inner === null || inner.family !== prefix.family) continue;
    for (const mark of [inner.first - 1n, inner.first, inner.last, inner.last + 1n])
      if (within(prefix, mark)) marks.add(mark);
  }
  const [first = 0n, second, ...rest] = [...marks].sort((a, b) => (a < b ? -1 : 1));
  // The first address of a subnet is its own name: nobody dials it if there is another.
  const addresses = second === undefined ? [first] : [second, first, ...rest];
  return addresses.map((bits): string => {
    const address: Address = { family: prefix.family, bits };
    return formatAddress(address);
  });
}

function within(prefix: Prefix, bits: bigint): boolean {
  return prefix.first <= bits && bits <= prefix.last;
}

/** A server name that fits a pattern such as `*.example.com`; null for `*`, which asks for none. */
export function serverNameFor(pattern: string): string | null {
  if (pattern === '*' || pattern === '') return null;
  return pattern.startsWith('*.') ? `tcpmesh-witness${pattern.slice(1)}` : pattern;
}
