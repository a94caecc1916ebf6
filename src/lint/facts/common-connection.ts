/** Connections that rules of several VirtualServices are for: which of the rules has one is a matter of their order. */
import { candidateCalls, type Rule, type RuleMatch, sameRule } from '../../expectation/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Call } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { scopesOf } from './known-hosts.ts';

/** Of each match of a rule; the rest of them differs in what no rule asks for. */
const mostCandidates = 12;
const mostPairs = 400;

/** null: there is none; unknown: there are too many pairs to ask about. */
export type CommonConnection = Call | 'unknown' | null;

/** A connection from a sidecar that one of them takes and that meets a rule of another. */
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
      if (part.rule.virtualService === other.rule.virtualService) continue;
      if (++pairs > mostPairs) return 'unknown';
      const call = takenAway(part, other, facts);
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

/** Connections that meet a part, made so that they meet the other as well: one that another VirtualService has. */
function takenAway(part: Part, other: Part, { mesh, routes }: Facts): Call | null {
  const { rule, match } = part;
  let candidates = 0;
  for (const call of candidateCalls(rule, mesh, 'made')) {
    if (call.from.kind !== 'sidecar') continue;
    if (++candidates > mostCandidates) return null;
    if (!sameRule(routes().ask(call).rule, rule.ref)) continue;
    for (const namespace of clientsOf(other, call)) {
      const both = alsoMeeting(call, match, other.match, namespace);
      const taker = both === null ? null : routes().ask(both).rule;
      const { virtualService } = rule;
      const isOwn =
        taker?.namespace === virtualService.namespace && taker.name === virtualService.name;
      if (taker !== null && !isOwn) return both;
    }
  }
  return null;
}

/** The namespaces whose clients a part is for; that of the connection where it is for all. */
function clientsOf({ rule, match }: Part, { from }: Call): readonly string[] {
  const { namespace, spec } = rule.virtualService;
  const asked = match?.sourceNamespace ?? '';
  if (asked !== '') return [asked];
  const scopes = scopesOf(spec.exportTo, namespace);
  return scopes.includes('*') ? [from.namespace] : scopes;
}

/** The connection with a client there that the other match asks for too; null where no client is both. */
function alsoMeeting(
  call: Call,
  match: RuleMatch | null,
  other: RuleMatch | null,
  namespace: string,
): Call | null {
  const { from } = call;
  const own = match?.sourceNamespace ?? '';
  if (own !== '' && own !== namespace) return null;
  const wanted = Object.entries(other?.sourceLabels ?? {});
  if (wanted.some(([name, value]) => (from.labels[name] ?? value) !== value)) return null;
  return {
    ...call,
    from: { kind: 'sidecar', namespace, labels: { ...from.labels, ...Object.fromEntries(wanted) } },
  };
}
