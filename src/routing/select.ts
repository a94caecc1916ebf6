/** Envoy's choice for one connection: the most specific branch at each step, never taken back (`filter_chain_manager_impl.cc`). */
import { type Address, parseAddress, prefixContains } from '../address/index.ts';
import { effectiveSni, type FilterChain, type Listener } from './listener.ts';
import { effectivePrefixes } from './prefixes.ts';

/** What a connection shows. ip: null where it is not known (a gateway's own). */
export type Connection = {
  readonly ip: string | null;
  readonly sni: string | null;
  readonly protocol: 'tcp' | 'http' | 'tls';
};

export type SelectStep = 'destination-ip' | 'sni' | 'transport' | 'alpn';

/** chain: null where the way ends without one. on each step: the chains that were left, and what was compared. */
export type Selection = {
  readonly chain: FilterChain | null;
  readonly steps: readonly {
    readonly step: SelectStep;
    readonly value: string;
    readonly left: readonly FilterChain[];
  }[];
};

export function selectChain(listener: Listener, connection: Connection): Selection {
  const tls = connection.protocol === 'tls' && listener.inspectsTls;
  const sni = tls && connection.sni !== null ? connection.sni.toLowerCase() : '';
  const transport = tls ? 'tls' : 'raw_buffer';
  const alpn = listener.inspectsHttp && connection.protocol === 'http' ? 'http/1.1' : '';
  const steps: { step: SelectStep; value: string; left: readonly FilterChain[] }[] = [];
  let left = listener.chains;
  const narrow = (step: SelectStep, value: string, next: readonly FilterChain[]): boolean => {
    if (next.length < left.length || next.length === 0) steps.push({ step, value, left: next });
    left = next;
    return left.length > 0;
  };
  if (
    left.length > 0 &&
    narrow('destination-ip', '', byDestination(left, connection.ip)) &&
    narrow('sni', sni, bySni(left, sni)) &&
    narrow('transport', transport, byTransport(left, transport)) &&
    narrow('alpn', alpn, byAlpn(left, alpn))
  )
    return { chain: left[0] ?? null, steps };
  return { chain: null, steps };
}

/** The longest prefix that holds the address; without any, the chains that ask for none. */
function byDestination(
  chains: readonly FilterChain[],
  text: string | null,
): readonly FilterChain[] {
  if (chains.every(({ cidrs }) => cidrs.length === 0)) return chains;
  const ip = text === null ? null : parseAddress(text);
  let longest = -1;
  let best: FilterChain[] = [];
  for (const chain of chains) {
    const prefixes = effectivePrefixes(chain.cidrs);
    const length = prefixes.length === 0 ? -1 : longestHolding(prefixes, ip);
    if (length === null || length < longest) continue;
    if (length > longest) best = [];
    longest = length;
    best.push(chain);
  }
  return best;
}

function longestHolding(
  prefixes: ReturnType<typeof effectivePrefixes>,
  ip: Address | null,
): number | null {
  let longest: number | null = null;
  for (const prefix of prefixes) {
    if (ip === null || !prefixContains(prefix, ip)) continue;
    if (longest === null || prefix.length > longest) longest = prefix.length;
  }
  return longest;
}

function bySni(chains: readonly FilterChain[], sni: string): readonly FilterChain[] {
  const named = chainsByName(chains);
  if (sni !== '') {
    const exact = named.get(sni);
    if (exact !== undefined) return exact;
    for (let dot = sni.indexOf('.'); dot !== -1; dot = sni.indexOf('.', dot + 1)) {
      const found = named.get(`*${sni.slice(dot)}`);
      if (found !== undefined) return found;
    }
  }
  return named.get(anyName) ?? none;
}

type ByName = ReadonlyMap<string, readonly FilterChain[]>;

const none: readonly FilterChain[] = [];
/** The key of chains that ask for no name. */
const anyName = '';
const known = new WeakMap<readonly FilterChain[], ByName>();

/** By each name that a chain asks for, in lower case. A listener may have thousands of chains, and as many connections are asked about. */
function chainsByName(chains: readonly FilterChain[]): ByName {
  let named = known.get(chains);
  if (named === undefined) {
    named = gatherByName(chains);
    known.set(chains, named);
  }
  return named;
}

function gatherByName(chains: readonly FilterChain[]): ByName {
  const named = new Map<string, FilterChain[]>();
  for (const chain of chains) {
    const names = effectiveSni(chain);
    const keys = names.length === 0 ? [anyName] : names.map((name) => name.toLowerCase());
    for (const key of new Set(keys)) {
      const list = named.get(key);
      if (list === undefined) named.set(key, [chain]);
      else list.push(chain);
    }
  }
  return named;
}

function byTransport(chains: readonly FilterChain[], transport: string): readonly FilterChain[] {
  const exact = chains.filter((chain) => chain.transport === transport);
  return exact.length > 0 ? exact : chains.filter((chain) => chain.transport === '');
}

function byAlpn(chains: readonly FilterChain[], alpn: string): readonly FilterChain[] {
  const exact = alpn === '' ? [] : chains.filter((chain) => chain.alpn.includes(alpn));
  return exact.length > 0 ? exact : chains.filter((chain) => chain.alpn.length === 0);
}
