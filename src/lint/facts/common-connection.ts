/** Connections that rules of several VirtualServices are for: which of the rules has one is a matter of their order. */
import { parsePrefix } from '../../address/index.ts';
import { candidateCalls, type Rule, type RuleMatch, sameRule } from '../../expectation/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Call, Labels, RuleRef } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { scopesOf } from './known-hosts.ts';

/** Of each match of a rule; the rest of them differs in what no rule asks for. */
const mostCandidates = 12;
/** Of those that may have a connection in common. */
const mostPairs = 400;

/** null: there is none; unknown: there are too many pairs to ask about. */
export type CommonConnection = Call | 'unknown' | null;

/** A connection from a sidecar that meets rules of two of them. */
export function commonConnection(
  services: readonly Resource<'VirtualService'>[],
  facts: Facts,
): CommonConnection {
  const parts = services.flatMap((service) =>
    facts
      .routes()
      .rulesOf(service)
      .flatMap((rule) => partsOf(rule)),
  );
  let pairs = 0;
  for (const part of parts)
    for (const other of parts) {
      if (part.rule.virtualService === other.rule.virtualService || areApart(part, other)) continue;
      if (++pairs > mostPairs) return 'unknown';
      const call = meetingBoth(part, other, facts);
      if (call !== null) return call;
    }
  return null;
}

/** One match of a rule, as a rule of its own; match: null where the rule takes everything. */
type Part = { readonly rule: Rule; readonly match: RuleMatch | null };

function partsOf(rule: Rule): readonly Part[] {
  return rule.matches.length === 0
    ? [{ rule, match: null }]
    : rule.matches.map((match) => ({ rule: { ...rule, matches: [match] }, match: match.value }));
}

/** Can no connection meet both? Of those of which it may, routing is asked. */
function areApart({ match: one }: Part, { match: other }: Part): boolean {
  if (one === null || other === null) return false;
  const differ = (a: number | string = '', b: number | string = ''): boolean =>
    Boolean(a) && Boolean(b) && a !== b;
  const labels: Labels = other.sourceLabels ?? {};
  return (
    differ(one.port, other.port) ||
    differ(one.sourceNamespace, other.sourceNamespace) ||
    Object.entries(one.sourceLabels ?? {}).some(([name, value]) => differ(labels[name], value)) ||
    areAllApart(one.destinationSubnets, other.destinationSubnets)
  );
}

function areAllApart(some: readonly string[] = [], others: readonly string[] = []): boolean {
  if (some.length === 0 || others.length === 0) return false;
  return !some.some((one) => others.some((other) => subnetsOverlap(one, other)));
}

function subnetsOverlap(a: string, b: string): boolean {
  const [one, other] = [parsePrefix(a), parsePrefix(b)];
  if (one === null || other === null) return true;
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/**
 * A connection that meets a part, made so that it meets the other as well. That it does shows where another VirtualService takes it than
 * if ages were turned round; or, where one goes before the other whatever their ages, where that takes it from the part that has it otherwise.
 */
function meetingBoth(part: Part, other: Part, facts: Facts): Call | null {
  const { rule } = part;
  const { ask } = facts.routes();
  const reversed = facts.routesReversed();
  let candidates = 0;
  for (const call of candidateCalls(rule, facts.mesh, 'made')) {
    if (call.from.kind !== 'sidecar') continue;
    if (++candidates > mostCandidates) return null;
    const taken = sameRule(ask(call).rule, rule.ref);
    for (const namespace of clientsOf(other, call)) {
      const both = alsoMeeting(call, part, other, namespace);
      if (both === null) continue;
      const taker = ask(both).rule;
      if (taker === null) continue;
      const isOwn = isOf(taker, rule.virtualService);
      const later = reversed.ask(both).rule;
      if ((taken && !isOwn) || (later !== null && isOwn !== isOf(later, rule.virtualService)))
        return both;
    }
  }
  return null;
}

function isOf(rule: RuleRef, { namespace, name }: Resource): boolean {
  return rule.namespace === namespace && rule.name === name;
}

/** The namespaces whose clients a part is for; that of the connection where it is for all. */
function clientsOf({ rule, match }: Part, { from }: Call): readonly string[] {
  const { namespace, spec } = rule.virtualService;
  const asked = match?.sourceNamespace ?? '';
  if (asked !== '') return [asked];
  const scopes = scopesOf(spec.exportTo, namespace);
  return scopes.includes('*') ? [from.namespace] : scopes;
}

/** The connection with a client there that the other match asks for too; null where no client is both, or sees both. */
function alsoMeeting(call: Call, part: Part, other: Part, namespace: string): Call | null {
  const { from } = call;
  const { exportTo } = part.rule.virtualService.spec;
  const scopes = scopesOf(exportTo, part.rule.virtualService.namespace);
  if (!scopes.includes('*') && !scopes.includes(namespace)) return null;
  const own = part.match?.sourceNamespace ?? '';
  if (own !== '' && own !== namespace) return null;
  const wanted = Object.entries(other.match?.sourceLabels ?? {});
  if (wanted.some(([name, value]) => (from.labels[name] ?? value) !== value)) return null;
  return {
    ...call,
    from: { kind: 'sidecar', namespace, labels: { ...from.labels, ...Object.fromEntries(wanted) } },
  };
}
