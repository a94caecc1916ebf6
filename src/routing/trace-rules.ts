/** Tells the rules of VirtualServices in the order in which they were gone through, and what was never reached. */
import type { MeshVirtualService } from '../mesh/index.ts';
import { type Placed, pathAt, spanAt, type TcpRoute, type TlsRoute } from '../resource/index.ts';
import { anyOf } from '../text/index.ts';
import type { CompiledProxy } from './compile.ts';
import { conditionsOf, fitsName, type Shown } from './match-conditions.ts';
import type { Reason } from './reason.ts';
import type { LoggedMatch, LoggedRule } from './rule-log.ts';
import type { StepList } from './step-list.ts';
import type { Condition } from './verdict.ts';

/**
 * list: which list of a VirtualService counts for the port. chosen: the rule whose chain took the connection.
 * refused: Envoy does not take the listener, so no rule of it is in force. serverNames: those that a server of a Gateway which ends
 * TLS is for; its filter chain asks for one of them, whatever the rule says.
 */
export type RuleTelling = {
  readonly steps: StepList;
  readonly proxy: CompiledProxy['kind'];
  readonly list: 'tcp' | 'tls';
  readonly rules: readonly LoggedRule[];
  readonly chosen: TcpRoute | TlsRoute | null;
  readonly refused: boolean;
  readonly shown: Shown;
  readonly serverNames: readonly string[];
};

export function nameOf({ namespace, name }: MeshVirtualService): string {
  return `${namespace}/${name}`;
}

/** One VirtualService with its rules; those after a rule that takes every address are shadowed by it. */
export function tellVirtualService(
  telling: RuleTelling,
  virtualService: MeshVirtualService,
  terminal: LoggedRule | null,
): void {
  const { steps, list } = telling;
  const own = virtualService.resource.spec[list] ?? [];
  const subject = nameOf(virtualService);
  const span = spanAt(virtualService.resource.spec);
  if (own.length === 0) {
    const { reason, message } = otherLists(virtualService, list);
    steps.rejected('virtual-service', subject, reason, message, span);
    return;
  }
  const reached = own.some((rule) => logOf(telling, rule) !== null);
  if (!reached && terminal !== null) {
    const message = `never consulted: ${ruleName(terminal)} takes every address before it`;
    steps.shadowed('virtual-service', subject, 'earlier-rule', message, span);
  } else if (own.some((rule) => rule === telling.chosen))
    steps.taken('virtual-service', subject, 'applies', 'has the rule that applies', span);
  else
    steps.rejected(
      'virtual-service',
      subject,
      'nothing-matched',
      'none of its rules applies',
      span,
    );
  for (const rule of own) tellRule(telling, virtualService, rule, terminal);
  if (reached || terminal === null) tellUnused(telling, virtualService);
}

/** Rules of the list that has no say at the port, beside those of the list that has. */
function tellUnused({ steps, list }: RuleTelling, virtualService: MeshVirtualService): void {
  const other = list === 'tcp' ? 'tls' : 'tcp';
  for (const rule of virtualService.resource.spec[other] ?? []) {
    const subject = `${nameOf(virtualService)} ${pathAt(rule)}`;
    const message = `has no say: this port uses ${list} rules`;
    steps.rejected('rule', subject, 'protocol', message, spanAt(rule));
  }
}

export function logOf(telling: RuleTelling, rule: TcpRoute | TlsRoute): LoggedRule | null {
  return telling.rules.find((logged) => logged.rule === rule) ?? null;
}

function ruleName({ virtualService, rule }: LoggedRule): string {
  return `${nameOf(virtualService)} ${pathAt(rule)}`;
}

function otherLists(
  { resource }: MeshVirtualService,
  list: 'tcp' | 'tls',
): { readonly reason: Reason; readonly message: string } {
  const others = (['http', 'tcp', 'tls'] as const).filter(
    (name) => name !== list && (resource.spec[name] ?? []).length > 0,
  );
  const has = others.length === 0 ? 'no rules' : `only ${others.join(' and ')} rules`;
  return {
    reason: list === 'tcp' ? 'no-tcp-rules' : 'no-tls-rules',
    message: `has ${has}, and this port uses ${list} rules`,
  };
}

function tellRule(
  telling: RuleTelling,
  virtualService: MeshVirtualService,
  rule: TcpRoute | TlsRoute,
  terminal: LoggedRule | null,
): void {
  const { steps, chosen } = telling;
  const subject = `${nameOf(virtualService)} ${pathAt(rule)}`;
  const span = spanAt(rule);
  const logged = logOf(telling, rule);
  if (logged === null) {
    const by = terminal === null ? 'an earlier rule' : ruleName(terminal);
    const message = `never looked at: ${by} takes every address before it`;
    steps.shadowed('rule', subject, 'earlier-rule', message, span);
    return;
  }
  const matches = logged.matches.map((match) => tellable(telling, virtualService, match));
  if (rule === chosen) {
    const reason = logged.matches.length === 0 ? 'no-match-list' : 'match-held';
    const message =
      logged.matches.length === 0 ? 'has no match list: it takes everything' : 'one match holds';
    steps.taken('rule', subject, reason, message, span);
  } else {
    const { reason, message } = whyNot(logged, matches, telling);
    steps.rejected('rule', subject, reason, message, span);
  }
  for (const match of matches) tellMatch(steps, virtualService, match);
}

type TellableMatch = LoggedMatch & {
  readonly conditions: readonly Condition[];
  readonly failing: Condition | null;
};

function tellable(
  telling: RuleTelling,
  virtualService: MeshVirtualService,
  logged: LoggedMatch,
): TellableMatch {
  const conditions = conditionsOf(
    logged.match,
    logged.context,
    virtualService.namespace,
    telling.shown,
    telling.proxy,
    logged.held || portDiffers(logged),
  );
  const failing = conditions.find(({ held }) => held === false) ?? null;
  return { ...logged, conditions, failing };
}

/** On a gateway a match fails by its port or by its gateways; where the port differs the gateways may well hold. */
function portDiffers({ match, context }: LoggedMatch): boolean {
  return (match.port ?? 0) !== 0 && match.port !== context.port;
}

function whyNot(
  { result, matches }: LoggedRule,
  told: readonly TellableMatch[],
  { refused, serverNames, shown }: RuleTelling,
): { readonly reason: Reason; readonly message: string } {
  const covered = (what: string): { readonly reason: Reason; readonly message: string } =>
    refused
      ? {
          reason: 'listener-rejected',
          message: `would take ${what}, but Envoy refuses the listener`,
        }
      : {
          reason: 'more-specific-chain',
          message: `would take ${what}, but a more specific filter chain is there`,
        };
  switch (result) {
    case 'no-route':
      return { reason: 'empty-route', message: 'has no route: Istio leaves it out' };
    case 'no-match':
      return {
        reason: 'no-match',
        message:
          matches.length === 1
            ? `its match does not hold`
            : `none of its ${matches.length} matches holds`,
      };
    case 'duplicate-sni':
      return { reason: 'duplicate-sni', message: 'an earlier match has the same server names' };
    case 'terminal': {
      const asked =
        serverNames.length === 0 || serverNames.some((name) => fitsName(name, shown.sni));
      if (asked) return covered('every address');
      return {
        reason: 'sni-hosts',
        message: `would take it, but its server is for the server name ${anyOf(serverNames)}, and the connection shows ${shown.sni ?? 'none'}`,
      };
    }
    case 'some': {
      const failing = told.find(({ failing: first }) => first !== null)?.failing ?? null;
      if (told.some(({ failing: first }) => first === null)) return covered('the connection');
      return failing?.name === 'sniHosts'
        ? { reason: 'sni-hosts', message: 'is for other server names' }
        : { reason: 'destination-subnets', message: 'is for other destination addresses' };
    }
  }
}

const reasonByCondition: Readonly<Record<Condition['name'], Reason>> = {
  gateways: 'gateways',
  port: 'port',
  sourceNamespace: 'source-namespace',
  sourceLabels: 'source-labels',
  destinationSubnets: 'destination-subnets',
  sniHosts: 'sni-hosts',
  sourceSubnet: 'match-held',
};

export function tellMatch(
  steps: StepList,
  virtualService: MeshVirtualService,
  { match, conditions, failing }: Pick<TellableMatch, 'match' | 'conditions' | 'failing'>,
): void {
  const placed: Placed = match;
  const subject = `${nameOf(virtualService)} ${pathAt(placed)}`;
  const span = spanAt(placed);
  if (failing === null) {
    const message = conditions.length === 0 ? 'is empty: it holds for everything' : 'holds';
    steps.add('taken', 'match', subject, 'match-held', message, span, conditions);
    return;
  }
  const message = `${failing.name} ${failing.wanted} does not fit ${failing.actual}`;
  const reason = reasonByCondition[failing.name];
  steps.add('rejected', 'match', subject, reason, message, span, conditions);
}
