/** Filter chains that Envoy cannot tell apart, other than two rules with one subnet (same-subnet-twice). */
import { parsePrefix, prefixKey } from '../../address/index.ts';
import type { Occurrence, Related } from '../../diagnostic/index.ts';
import { candidateCalls, type Rule } from '../../expectation/index.ts';
import { standInAnnotation } from '../../mesh/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { type Call, type Listener, listenerFor, PlacedRule } from '../../routing/index.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { viewsOf } from '../facts/gateway-views.ts';
import { placeOf } from '../facts/rule-place.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const listenerRefused: LintRule = {
  meta: {
    code: 'TCM1208',
    name: 'listener-refused',
    severity: 'error',
    summary: 'A rule makes a filter chain that Envoy cannot tell apart from another one.',
    why: 'Envoy then refuses the whole listener. On a fresh sidecar every connection to it bypasses all rules; on a fresh gateway the port does not open. Istio does not look for it.',
    help: 'Let the conditions differ: another subnet, other SNI names, or one rule instead of two.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway', 'Sidecar'],
  kiali: null,
  *check(given) {
    const facts = given.supposed();
    const said = new Set<string>();
    const ranges = serviceRanges(facts);
    for (const rule of facts.routes().rules) {
      const matches = rule.matches.filter(({ value }) =>
        'sniHosts' in value ? true : (value.destinationSubnets ?? []).some(isAmong(ranges)),
      );
      if (matches.length > 0) yield* refused({ ...rule, matches }, said, facts);
    }
    yield* refusedOnGateways(facts);
  },
};

/**
 * The subnets that services have for an address. No other chain but those for tls and those of rules has a condition that a tcp rule's
 * could equal, and two rules with one subnet are same-subnet-twice's.
 */
function serviceRanges({ mesh }: Facts): ReadonlySet<string> {
  const ranges = new Set<string>();
  for (const { address, extraAddresses } of mesh.services)
    for (const text of [address, ...extraAddresses]) {
      const prefix = text.includes('/') ? parsePrefix(text) : null;
      if (prefix !== null) ranges.add(prefixKey(prefix));
    }
  return ranges;
}

function isAmong(ranges: ReadonlySet<string>): (subnet: string) => boolean {
  return (subnet) => {
    const prefix = ranges.size === 0 ? null : parsePrefix(subnet);
    return prefix !== null && ranges.has(prefixKey(prefix));
  };
}

/** Servers of one port that Envoy cannot tell apart, such as plain TCP beside a terminating server for every host. */
function* refusedOnGateways(facts: Facts): Iterable<Occurrence> {
  const said = new Set<Server>();
  for (const gateway of facts.mesh.gateways) {
    const listeners = viewsOf(gateway, facts).flatMap((view) =>
      [...view.gateway.byPort.values()].flatMap((onPort) => [...onPort.values()]),
    );
    for (const { rejection, owners, port } of listeners) {
      const servers = owners.flatMap((owner) => (owner.kind === 'server' ? [owner.server] : []));
      const own = gateway.spec.servers?.find((server) => servers.includes(server));
      if (rejection === null || own === undefined || said.has(own)) continue;
      said.add(own);
      const others = servers.filter((server) => server !== own);
      yield refusedServer(gateway, own, others, port, rejection);
    }
  }
}

function refusedServer(
  gateway: Resource<'Gateway'>,
  own: Server,
  others: readonly Server[],
  port: number,
  { kind, value }: { readonly kind: 'same-match' | 'partial-wildcard'; readonly value: string },
): Occurrence {
  const same =
    value === 'no condition'
      ? 'two filter chains take every connection'
      : `two filter chains have ${value} in common`;
  return occurrence(
    gateway,
    own.port ?? own,
    own.port === undefined ? [] : ['number'],
    `Envoy refuses the listener on port ${port} of the gateway: ${kind === 'same-match' ? same : `it cannot match the name ${value}`}`,
    {
      help: 'Give the servers ports of their own, or names that differ.',
      related: others
        .slice(0, 2)
        .map((server) => ({ message: 'this server is on the port too', span: spanAt(server) })),
    },
  );
}

/** Of one rule. */
const mostCalls = 300;

function* refused(rule: Rule, said: Set<string>, facts: Facts): Iterable<Occurrence> {
  let asked = 0;
  const met = new Set<Listener>();
  for (const call of candidateCalls(rule, facts.mesh, 'made')) {
    if (++asked > mostCalls) {
      facts.unfinished.add(rule.virtualService);
      return;
    }
    const listener = listenerFor(facts.routes().compiled(call.from), call);
    if (listener === null || listener.rejection === null || met.has(listener)) continue;
    met.add(listener);
    const found = rejectionFor(rule, call, facts);
    if (found === null || said.has(found.key)) continue;
    said.add(found.key);
    const consequence =
      call.from.kind === 'gateway'
        ? `port ${call.to.port} of the gateway does not open`
        : `${connectionText(call)} bypasses every rule`;
    yield occurrence(
      rule.virtualService,
      placeOf(rule),
      [],
      `Envoy refuses the listener: the filter chain of this rule and that of ${found.other} have ${found.value} in common; ${consequence}`,
      { related: found.related },
    );
    return;
  }
}

type Found = {
  readonly key: string;
  readonly other: string;
  readonly value: string;
  readonly related: readonly Related[];
};

/** The refusal that the rule has a part in, with the other party. */
function rejectionFor(rule: Rule, call: Call, facts: Facts): Found | null {
  const compiled = facts.routes().compiled(call.from);
  for (const { rejection, bind, port } of compiled.listenersOn(call.to.port).values()) {
    if (rejection === null || rejection.kind !== 'same-match') continue;
    const parties = [rejection.first, rejection.second];
    const own = parties.findIndex(
      ({ target }) =>
        target.kind === 'rule' &&
        target.source.virtualService.resource === rule.virtualService &&
        target.source.rule === rule.virtualService.spec[rule.list]?.[rule.number - 1],
    );
    const other = own === -1 ? undefined : parties[1 - own];
    if (other === undefined) continue;
    const { target } = other;
    const key = `${bind}:${port} ${rejection.value}`;
    if (target.kind === 'rule') {
      const { rule: theirs, virtualService } = target.source;
      // One subnet that is written in two tcp rules is a finding of its own.
      if (rule.list === 'tcp' && (theirs.match ?? []).some((m) => m.destinationSubnets?.length))
        continue;
      const related = [{ message: 'the other rule', span: spanAt(theirs) }];
      const ref = new PlacedRule(virtualService, theirs);
      return {
        key,
        other: ruleText(ref, rule.virtualService),
        value: rejection.value,
        related,
      };
    }
    const service = target.kind === 'service' ? target.service : null;
    return {
      key,
      other: service === null ? 'another' : `${service.host} itself`,
      value: rejection.value,
      related:
        service === null || service.resource.metadata.annotations?.[standInAnnotation] !== undefined
          ? []
          : [{ message: 'the service is here', span: nameSpan(service.resource) }],
    };
  }
  return null;
}
