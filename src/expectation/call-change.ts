/** One thing changed about a call, so that a rule may take it: the questions that near-misses ask of routing again. */
import type { Call, Labels } from '../routing/index.ts';
import { addressesIn, serverNameFor } from './representative.ts';
import type { Rule, RuleMatch } from './rules-of.ts';

export type CallChange =
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'labels'; readonly labels: Labels }
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'address'; readonly ip: string; readonly subnet: string }
  | { readonly kind: 'sni'; readonly sni: string }
  | { readonly kind: 'protocol'; readonly protocol: 'tcp' | 'tls' };

export function changeCall(call: Call, change: CallChange): Call {
  switch (change.kind) {
    case 'namespace':
      return { ...call, from: { ...call.from, namespace: change.namespace } };
    case 'labels':
      return { ...call, from: { ...call.from, labels: { ...call.from.labels, ...change.labels } } };
    case 'port':
      return { ...call, to: { ...call.to, port: change.port } };
    case 'address':
      return { ...call, to: { ...call.to, ip: change.ip } };
    case 'sni':
      return { ...call, sni: change.sni, protocol: 'tls' };
    case 'protocol':
      return { ...call, protocol: change.protocol, sni: undefined };
  }
}

/** Changes that bring the call nearer to the rule, the likeliest remedy first; none that changes nothing. */
export function changesTowards(rule: Rule, call: Call): CallChange[] {
  const changes: CallChange[] = [];
  const add = (change: CallChange): void => {
    const key = JSON.stringify(change);
    if (!changes.some((known) => JSON.stringify(known) === key)) changes.push(change);
  };
  for (const { value } of rule.matches) for (const change of matchChanges(value, call)) add(change);
  for (const change of generalChanges(rule, call)) add(change);
  return changes;
}

function matchChanges(match: RuleMatch, call: Call): CallChange[] {
  const changes: CallChange[] = [];
  const { from, to } = call;
  const { port, sourceNamespace } = match;
  const sourceLabels: Labels = match.sourceLabels ?? {};
  const destinationSubnets: readonly string[] = match.destinationSubnets ?? [];
  if (port !== undefined && port !== 0 && port !== to.port) changes.push({ kind: 'port', port });
  if (from.kind === 'sidecar') {
    if (sourceNamespace && sourceNamespace !== from.namespace)
      changes.push({ kind: 'namespace', namespace: sourceNamespace });
    const missing = Object.entries(sourceLabels).filter(
      ([key, value]) => from.labels[key] !== value,
    );
    if (missing.length > 0) changes.push({ kind: 'labels', labels: Object.fromEntries(missing) });
    for (const subnet of destinationSubnets) {
      const [ip] = addressesIn(subnet, []);
      if (ip !== undefined && ip !== to.ip) changes.push({ kind: 'address', ip, subnet });
    }
  }
  if ('sniHosts' in match) {
    for (const host of match.sniHosts ?? []) {
      const sni = serverNameFor(host);
      if (sni !== null && sni !== call.sni) changes.push({ kind: 'sni', sni });
    }
  }
  return changes;
}

/** What the VirtualService as a whole may ask for: its own namespace where it is private, other first bytes, a server's name. */
function generalChanges({ virtualService, list }: Rule, call: Call): CallChange[] {
  const changes: CallChange[] = [];
  // Where a server of a Gateway ends TLS, its tcp rules are behind the names that it shares with the VirtualService.
  if (call.from.kind === 'gateway' && list === 'tcp')
    for (const host of virtualService.spec.hosts ?? []) {
      const sni = serverNameFor(host);
      if (sni !== null && sni !== call.sni) changes.push({ kind: 'sni', sni });
    }
  const exportTo: readonly string[] = virtualService.spec.exportTo ?? [];
  // The namespace of a gateway is no choice of who connects to it.
  if (call.from.kind === 'sidecar' && !exportTo.includes('*')) {
    for (const name of exportTo) {
      const namespace = name === '.' ? virtualService.namespace : name;
      if (namespace !== call.from.namespace) changes.push({ kind: 'namespace', namespace });
    }
  }
  for (const protocol of ['tcp', 'tls'] as const)
    if (protocol !== call.protocol) changes.push({ kind: 'protocol', protocol });
  return changes;
}
