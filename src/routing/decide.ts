/** The choices that lead a call through a compiled proxy: address, listener, filter chain, and what takes it. */
import type { TcpRoute, TlsRoute } from '../resource/index.ts';
import type { Call } from './call.ts';
import type { Compiled, CompiledProxy } from './compile.ts';
import { sharesOf } from './destination.ts';
import type { ChainTarget, FilterChain, Listener, RuleSource } from './listener.ts';
import { resolveName } from './name-resolution.ts';
import { addressKey } from './placements.ts';
import { PlacedRule } from './rule-ref.ts';
import { type Selection, selectChain } from './select.ts';
import type { DestinationShare, Outcome, RuleRef } from './verdict.ts';

/** The choices that led to a verdict. ip: what is dialled; null where a gateway's own address is meant. */
export type Decision = {
  readonly ip: string | null;
  readonly listener: Listener | null;
  readonly selection: Selection | null;
  /** What takes the connection; unmatched traffic has its own two ways. */
  readonly taker: FilterChain | 'passthrough' | 'blackhole' | 'egress-proxy' | 'dynamic-dns' | null;
  readonly outcome: Outcome;
};

export function decide(compiled: CompiledProxy, call: Call): Decision {
  const ip = dialledAddress(compiled, call);
  const listener = findListener(compiled, ip, call.to.port);
  const nothing = { ip, listener, selection: null };
  if (listener === null) {
    if (compiled.kind === 'gateway') return { ...nothing, taker: null, outcome: 'no-listener' };
    // A connection to Envoy's capture port would come back to it; what listens there itself is asked like any other.
    if (call.to.port === capturePort)
      return { ...nothing, taker: 'blackhole', outcome: 'blackhole' };
    if (resolvesHttp(compiled) && call.protocol === 'http' && call.sni === undefined)
      return { ...nothing, taker: 'dynamic-dns', outcome: 'http' };
    return { ...nothing, ...unmatched(compiled) };
  }
  if (listener.rejection !== null) return { ...nothing, taker: null, outcome: 'listener-rejected' };
  const selection = selectChain(listener, {
    ip,
    sni: call.sni ?? null,
    protocol: call.sni === undefined ? call.protocol : 'tls',
  });
  const chosen = selection.chain ?? listener.defaultChain;
  const found = { ip, listener, selection };
  if (chosen === null) return { ...found, taker: null, outcome: 'no-filter-chain' };
  if (chosen === 'fallthrough') return { ...found, ...unmatched(compiled) };
  return { ...found, taker: chosen, outcome: chosen.target.kind === 'http' ? 'http' : 'routed' };
}

/** The listener that a call meets, whatever it then does with it. */
export function listenerFor(compiled: Compiled, call: Call): Listener | null {
  return findListener(compiled, dialledAddress(compiled, call), call.to.port);
}

function dialledAddress(compiled: Compiled, call: Call): string | null {
  const { ip, host } = call.to;
  if (ip !== undefined && ip !== '') return ip;
  if (host === undefined || host === '') return null;
  return resolveName(compiled, host)?.addresses[0] ?? null;
}

/** The listener on the address, else the one on the wildcard address of its family. */
function findListener(compiled: Compiled, ip: string | null, port: number): Listener | null {
  const at = (address: string): Listener | null => compiled.listenerAt(port, addressKey(address));
  if (ip === null) return at('0.0.0.0') ?? at('::');
  return at(ip) ?? at(ip.includes(':') ? '::' : '0.0.0.0');
}

/** Envoy's own capture port. */
export const capturePort = 15001;

/** What meets no listener, if it is HTTP, goes to the host that it names (`listener_builder.go:buildVirtualOutboundListener`). */
export function resolvesHttp(compiled: Compiled): boolean {
  return compiled.kind === 'sidecar' && compiled.scope.outboundPolicy === 'ALLOW_ANY_DYNAMIC_DNS';
}

function unmatched(compiled: CompiledProxy): Pick<Decision, 'taker' | 'outcome'> {
  if (compiled.kind === 'gateway') return { taker: null, outcome: 'no-filter-chain' };
  const { scope } = compiled;
  if (scope.outboundPolicy === 'REGISTRY_ONLY') return { taker: 'blackhole', outcome: 'blackhole' };
  if (scope.egressProxy !== null) return { taker: 'egress-proxy', outcome: 'routed' };
  return { taker: 'passthrough', outcome: 'passthrough' };
}

export function destinationsFor(
  compiled: CompiledProxy,
  call: Call,
  { taker, ip }: Decision,
): readonly DestinationShare[] {
  const target = targetFor(compiled, taker);
  if (target === null) return [];
  const dialled = ip ?? (compiled.kind === 'gateway' ? compiled.ownIp : null);
  return sharesOf(
    compiled.view,
    target,
    dialled === null ? null : { ip: dialled, port: call.to.port },
  );
}

export function targetFor(compiled: CompiledProxy, taker: Decision['taker']): ChainTarget | null {
  if (taker === null || (typeof taker === 'string' && taker !== 'egress-proxy')) return null;
  if (taker !== 'egress-proxy') return taker.target;
  if (compiled.kind === 'gateway') return null;
  const { egressProxy } = compiled.scope;
  if (egressProxy === null) return null;
  // Its host is taken as it stands: a short name is no service's (`listener_builder.go:buildOutboundCatchAllNetworkFiltersOnly`).
  return {
    kind: 'cluster',
    host: egressProxy.host ?? '',
    port: egressProxy.port?.number ?? 0,
    subset: egressProxy.subset ?? '',
  };
}

export function chosenRule(taker: Decision['taker']): TcpRoute | TlsRoute | null {
  if (taker === null || typeof taker === 'string' || taker.target.kind !== 'rule') return null;
  return taker.target.source.rule;
}

const ruleRefs = new WeakMap<RuleSource, RuleRef>();

/** The rule that made a chain, null for a service's own cluster and whatever is no rule's. */
export function ruleOf(taker: Decision['taker']): RuleRef | null {
  if (taker === null || typeof taker === 'string' || taker.target.kind !== 'rule') return null;
  const { source } = taker.target;
  let ref = ruleRefs.get(source);
  if (ref === undefined) {
    const { virtualService, rule } = source;
    ref = new PlacedRule(virtualService, rule);
    ruleRefs.set(source, ref);
  }
  return ref;
}
