/** The destination prefixes of a chain as Envoy gets them from Istio. */
import { type Prefix, parsePrefix } from '../address/index.ts';

const parsed = new Map<string, Prefix | null>();

/** Istio drops every entry whose address is 0.0.0.0, whatever its length; Envoy masks the rest. */
export function effectivePrefixes(cidrs: readonly string[]): readonly Prefix[] {
  if (cidrs.length === 0) return none;
  const prefixes: Prefix[] = [];
  for (const cidr of cidrs) {
    const prefix = isDropped(cidr) ? null : prefixOf(cidr);
    if (prefix !== null) prefixes.push(prefix);
  }
  return prefixes;
}

const none: readonly Prefix[] = [];

export function isDropped(cidr: string): boolean {
  return cidr === '0.0.0.0' || cidr.startsWith('0.0.0.0/');
}

/** Parsing is the dear part and the same few subnets come again and again; the memory is bounded. */
function prefixOf(cidr: string): Prefix | null {
  const known = parsed.get(cidr);
  if (known !== undefined) return known;
  const prefix = parsePrefix(cidr);
  if (parsed.size >= 10_000) parsed.clear();
  parsed.set(cidr, prefix);
  return prefix;
}
