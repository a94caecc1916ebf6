/** Two services on one address and port: what Istio makes of it (`listener.go:buildSidecarOutboundListener`). The older service comes first. */
import { prefixKey } from '../address/index.ts';
import { classOf, type PortClass, type PortProtocol } from '../mesh/index.ts';
import type { FilterChain, ListenerOwner } from './listener.ts';
import { effectivePrefixes } from './prefixes.ts';

/** A listener while it grows. locked: it belongs to a Sidecar's egress port, later services stay out. */
export type ListenerDraft = {
  readonly bind: string;
  readonly port: number;
  protocol: PortProtocol;
  locked: boolean;
  chains: FilterChain[];
  /** What the chains match, once another service comes: thousands may share a listener. */
  matches: Set<string> | null;
  readonly owners: ListenerOwner[];
};

/** covered: the listener serves it already; dropped: the first service keeps the address for itself. */
export type JoinResult = 'merged' | 'covered' | 'replaced' | 'locked' | 'dropped';

/** Puts a service's chains onto a listener that is there already. */
export function join(
  draft: ListenerDraft,
  protocol: PortProtocol,
  chains: readonly FilterChain[],
): JoinResult {
  if (draft.locked) return 'locked';
  const existing = classOf(draft.protocol);
  const incoming = classOf(protocol);
  // An HTTP proxy is put there whatever is there, a sniffed port where only HTTP is.
  if (protocol === 'http_proxy' || (existing === 'http' && incoming === 'auto')) {
    draft.chains = [...chains];
    draft.matches = null;
    draft.protocol = protocol;
    return 'replaced';
  }
  if (incoming === 'http' && (existing === 'http' || existing === 'auto')) return 'covered';
  if (incoming === 'auto' && existing === 'auto') return 'dropped';
  if (speaksAlone(draft.protocol, protocol)) return 'dropped';
  addDistinct(draft, chains);
  if (becomesAuto(existing, incoming)) draft.protocol = 'auto';
  return 'merged';
}

function becomesAuto(existing: PortClass, incoming: PortClass): boolean {
  return existing === 'http' || incoming === 'http' || incoming === 'auto';
}

/** Mongo and MySQL ports take nothing else, and go to nothing else. */
function speaksAlone(existing: PortProtocol, incoming: PortProtocol): boolean {
  if (existing === incoming) return false;
  return [existing, incoming].some((protocol) => protocol === 'mongo' || protocol === 'mysql');
}

/** A newcomer that looks like a chain that is there (or that came with it) is dropped without a word. */
function addDistinct(draft: ListenerDraft, incoming: readonly FilterChain[]): void {
  draft.matches ??= new Set(draft.chains.map(matchKey));
  for (const chain of incoming) {
    const key = matchKey(chain);
    if (draft.matches.has(key)) continue;
    draft.matches.add(key);
    draft.chains.push(chain);
  }
}

/** Equal for chains whose matches Istio takes for equal (`listener.go:filterChainMatchEqual`). */
function matchKey(chain: FilterChain): string {
  const names = new Set(chain.sniHosts.filter((name) => name !== '*'));
  const prefixes = new Set(effectivePrefixes(chain.cidrs).map(prefixKey));
  return [
    chain.transport,
    chain.alpn.join(','),
    [...names].sort().join(','),
    [...prefixes].sort().join(','),
  ].join('|');
}
