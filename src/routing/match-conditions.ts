/** The conditions of a match as they are written, beside what a call has of each. */
import { type Address, parseAddress, prefixContains } from '../address/index.ts';
import { meshGateway } from '../mesh/index.ts';
import type { CompiledProxy } from './compile.ts';
import { effectivePrefixes, isDropped } from './prefixes.ts';
import {
  holds,
  isWritten,
  type L4Match,
  type MatchContext,
  type StaticCondition,
} from './static-match.ts';
import type { Condition } from './verdict.ts';

/** What the connection itself brings. */
export type Shown = { readonly ip: string | null; readonly sni: string | null };

const order = [
  ['gateways', 'gateways'],
  ['port', 'port'],
  ['sourceNamespace', 'source-namespace'],
  ['sourceLabels', 'source-labels'],
] as const satisfies readonly (readonly [Condition['name'], StaticCondition])[];

/** gateway: on whose behalf `gateways` is compared, `mesh` on a sidecar. */
export function conditionsOf(
  match: L4Match,
  context: MatchContext,
  ruleNamespace: string,
  shown: Shown,
  kind: CompiledProxy['kind'],
  gatewayHolds: boolean,
): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const [name, condition] of order) {
    if (!isWritten(condition, match)) continue;
    const ignored = kind === 'gateway' && (name === 'sourceNamespace' || name === 'sourceLabels');
    const held =
      name === 'gateways' && kind === 'gateway'
        ? gatewayHolds
        : holds(condition, match, context, ruleNamespace);
    conditions.push({
      name,
      wanted: wantedText(condition, match),
      actual: actualText(condition, match, context, kind),
      held: ignored ? null : held,
    });
  }
  return [...conditions, ...connectionConditions(match, shown, kind)];
}

function connectionConditions(
  match: L4Match,
  shown: Shown,
  kind: CompiledProxy['kind'],
): Condition[] {
  const conditions: Condition[] = [];
  const subnets = match.destinationSubnets ?? [];
  if (subnets.length > 0)
    conditions.push({
      name: 'destinationSubnets',
      wanted: subnets.join(', '),
      actual: shown.ip ?? 'an unknown address',
      held: kind === 'gateway' ? null : holdsAddress(subnets, shown.ip),
    });
  if ('sniHosts' in match && (match.sniHosts ?? []).length > 0)
    conditions.push({
      name: 'sniHosts',
      wanted: (match.sniHosts ?? []).join(', '),
      actual: shown.sni ?? 'no server name',
      held: (match.sniHosts ?? []).some((name) => fitsName(name, shown.sni)),
    });
  if ('sourceSubnet' in match && (match.sourceSubnet ?? '') !== '')
    conditions.push({
      name: 'sourceSubnet',
      wanted: match.sourceSubnet ?? '',
      actual: 'not looked at',
      held: null,
    });
  return conditions;
}

/** Entries whose address is 0.0.0.0 are dropped by Istio, and what is left without any holds everything. */
export function holdsAddress(subnets: readonly string[], ip: string | null): boolean {
  const address: Address | null = ip === null ? null : parseAddress(ip);
  const prefixes = effectivePrefixes(subnets);
  if (prefixes.length === 0) return subnets.every(isDropped);
  return address !== null && prefixes.some((prefix) => prefixContains(prefix, address));
}

/** `*` and `*.suffix` as Envoy reads them; nothing fits a connection without a name but `*`. */
export function fitsName(name: string, sni: string | null): boolean {
  if (name === '*') return true;
  if (sni === null) return false;
  const shown = sni.toLowerCase();
  const wanted = name.toLowerCase();
  return wanted.startsWith('*.') ? shown.endsWith(wanted.slice(1)) : shown === wanted;
}

export function labelsText(labels: { readonly [key: string]: string }): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function wantedText(condition: StaticCondition, match: L4Match): string {
  switch (condition) {
    case 'gateways':
      return (match.gateways ?? []).join(', ');
    case 'port':
      return String(match.port ?? 0);
    case 'source-namespace':
      return match.sourceNamespace ?? '';
    case 'source-labels':
      return labelsText(match.sourceLabels ?? {});
  }
}

function actualText(
  condition: StaticCondition,
  match: L4Match,
  context: MatchContext,
  kind: CompiledProxy['kind'],
): string {
  switch (condition) {
    case 'gateways':
      return kind === 'sidecar'
        ? 'a sidecar counts as mesh'
        : (match.gateways ?? []).every((name) => name === meshGateway)
          ? 'this is a gateway'
          : 'this is another Gateway';
    case 'port':
      return String(context.port);
    case 'source-namespace':
      return context.namespace;
    case 'source-labels': {
      const asked = Object.keys(match.sourceLabels ?? {});
      const has = asked.filter((key) => context.labels[key] !== undefined);
      const lacks = asked.filter((key) => context.labels[key] === undefined);
      return [
        ...has.map((key) => `${key}=${context.labels[key]}`),
        ...lacks.map((key) => `no ${key}`),
      ].join(', ');
    }
  }
}
