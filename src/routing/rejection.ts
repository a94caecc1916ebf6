/** Why Envoy refuses a listener: chains that it cannot tell apart, names that it cannot match. Istio checks neither. */
import { prefixKey } from '../address/index.ts';
import { effectiveSni, type FilterChain, type Rejection } from './listener.ts';
import { effectivePrefixes } from './prefixes.ts';

/** chains: without the default one, which has no match. */
export function rejectionOf(chains: readonly FilterChain[]): Rejection | null {
  const seen = new Map<string, FilterChain>();
  for (const chain of chains) {
    for (const { key, value } of matchKeys(chain)) {
      const first = seen.get(key);
      if (first !== undefined) return { kind: 'same-match', value, first, second: chain };
      seen.set(key, chain);
    }
    const partial = effectiveSni(chain).find(isPartialWildcard);
    if (partial !== undefined)
      return { kind: 'partial-wildcard', value: partial, first: chain, second: chain };
  }
  return null;
}

function isPartialWildcard(name: string): boolean {
  return name.includes('*') && !name.startsWith('*.');
}

/** Each combination of one prefix, one name and one protocol; two chains that share one are the same to Envoy. */
function* matchKeys(chain: FilterChain): Generator<{ key: string; value: string }> {
  const prefixes = effectivePrefixes(chain.cidrs);
  const sni = effectiveSni(chain);
  const places = prefixes.length === 0 ? [null] : prefixes;
  const names = sni.length === 0 ? [''] : sni;
  const alpns = chain.alpn.length === 0 ? [''] : chain.alpn;
  for (const place of places) {
    for (const name of names) {
      for (const alpn of alpns) {
        const where = place === null ? '' : prefixKey(place);
        yield {
          key: `${where}|${name.toLowerCase()}|${chain.transport}|${alpn}`,
          value: [place?.text, name].filter(Boolean).join(' ') || 'no condition',
        };
      }
    }
  }
}
