/** The conditions of a match that Istio settles when it makes a client's configuration, and only there. */
import { type Labels, labelsMatch, meshGateway, resolveGatewayName } from '../mesh/index.ts';
import type { L4MatchAttributes, TlsMatchAttributes } from '../resource/index.ts';

export type L4Match = L4MatchAttributes | TlsMatchAttributes;

/** What a match is held against. port: the listener's. */
export type MatchContext = {
  readonly namespace: string;
  readonly labels: Labels;
  readonly port: number;
};

/** In the order in which they are shown; all must hold. */
export const staticConditions = ['gateways', 'port', 'source-namespace', 'source-labels'] as const;
export type StaticCondition = (typeof staticConditions)[number];

/** Is the condition written at all? An empty one is not. */
export function isWritten(condition: StaticCondition, match: L4Match): boolean {
  switch (condition) {
    case 'gateways':
      return (match.gateways ?? []).length > 0;
    case 'port':
      return (match.port ?? 0) !== 0;
    case 'source-namespace':
      return (match.sourceNamespace ?? '') !== '';
    case 'source-labels':
      return Object.keys(match.sourceLabels ?? {}).length > 0;
  }
}

/** `core/tls.go:matchTCP`. ruleNamespace: the VirtualService's, by which short gateway names are completed. */
export function holds(
  condition: StaticCondition,
  match: L4Match,
  context: MatchContext,
  ruleNamespace: string,
): boolean {
  if (!isWritten(condition, match)) return true;
  switch (condition) {
    case 'gateways':
      return isForGateway(match, meshGateway, ruleNamespace);
    case 'port':
      return match.port === context.port;
    case 'source-namespace':
      return match.sourceNamespace === context.namespace;
    case 'source-labels':
      return labelsMatch(match.sourceLabels ?? {}, context.labels);
  }
}

/** Of a VirtualService that is bound to it. One that names no gateway is for all of them. */
export function isForGateway(
  match: Pick<L4Match, 'gateways'>,
  gateway: string,
  ruleNamespace: string,
): boolean {
  const gateways = match.gateways ?? [];
  return (
    gateways.length === 0 ||
    gateways.some((name) => resolveGatewayName(name, ruleNamespace) === gateway)
  );
}

/** Does every client that the narrow match holds for meet the wide one too? Without a look at what the connection itself brings. */
export function staticCovers(wide: L4Match, narrow: L4Match, ruleNamespace: string): boolean {
  return staticConditions.every(
    (condition) =>
      !isWritten(condition, wide) ||
      (isWritten(condition, narrow) && covers(condition, wide, narrow, ruleNamespace)),
  );
}

function covers(
  condition: StaticCondition,
  wide: L4Match,
  narrow: L4Match,
  ruleNamespace: string,
): boolean {
  switch (condition) {
    case 'gateways':
      return (narrow.gateways ?? []).every((name) =>
        isForGateway(wide, resolveGatewayName(name, ruleNamespace), ruleNamespace),
      );
    case 'port':
      return wide.port === narrow.port;
    case 'source-namespace':
      return wide.sourceNamespace === narrow.sourceNamespace;
    case 'source-labels':
      return labelsMatch(wide.sourceLabels ?? {}, narrow.sourceLabels ?? {});
  }
}

export function staticMatch(match: L4Match, context: MatchContext, ruleNamespace: string): boolean {
  for (const condition of staticConditions)
    if (!holds(condition, match, context, ruleNamespace)) return false;
  return true;
}
