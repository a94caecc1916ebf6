/** A route names no port although its destination has several. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { sameRule } from '../../expectation/index.ts';
import { at, type Destination, type Resource, spanAt } from '../../resource/index.ts';
import { anyOf, listed } from '../../text/index.ts';
import { below } from '../../yaml/index.ts';
import { type DestinationUse, destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import type { KnownHost } from '../facts/known-hosts.ts';
import { lossOf } from '../facts/lost-calls.ts';
import { portsDialled } from '../facts/ports-dialled.ts';
import { plainCall, portsBehind, speaksHttp } from '../facts/route-protocol.ts';
import { udpPorts } from '../facts/udp-ports.ts';
import { analyzer, type LintRule, type More, nameOf, occurrence } from '../rule.ts';

export const destinationWithoutPort: LintRule = {
  meta: {
    code: 'IST0112',
    name: 'destination-without-port',
    severity: 'error',
    summary: 'A route names no port although its destination has several.',
    why: 'Istio then takes the port that the client dialled. If the destination lacks that one, connections are closed at once, HTTP requests answered 503.',
    help: 'Add `port: {number: …}` to the destination.',
    istio: analyzer('IST0112', 'analyzers/virtualservice/destinationhosts.go'),
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const use of destinationsOf(service)) {
        const { destination } = use;
        if (destination === undefined || destination.port !== undefined) continue;
        // One in a form that is refused says which.
        if (isWritten(destination)) continue;
        const host = destination.host ?? '';
        const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
        if (known === undefined || known.ports.length <= 1) continue;
        const dialled = portsMet(service, use, facts);
        const udp = udpPorts(known.host, facts);
        const lacking = dialled.filter(
          (port) => udp.has(port) || !known.ports.some(({ number }) => number === port),
        );
        yield dialled.length > 0 && lacking.length === 0
          ? keptPort(service, use, known, dialled)
          : withoutPort(service, use, known, lacking, facts);
      }
  },
};

function isWritten(destination: Destination): boolean {
  const port = below(destination[at].node, 'port');
  return port !== undefined && (port.kind !== 'scalar' || port.value !== null);
}

/** Whoever meets the rule dials a port that the destination has. */
function keptPort(
  service: Resource<'VirtualService'>,
  { place }: DestinationUse,
  { resource }: KnownHost,
  dialled: readonly number[],
): Occurrence {
  const message = `Istio's analyzer asks for a port; the connections that meet this rule are dialled on ${listed(dialled.map(String))}, which ${nameOf(resource)} has, and keep their port`;
  return occurrence(service, place, ['host'], message, {
    severity: 'info',
    why: 'Without a port Istio takes the one that the client dialled, and the destination has every one that can be.',
    help:
      dialled.length === 1
        ? `Add \`port: {number: ${dialled[0]}}\` to make it plain.`
        : 'Nothing has to be done: a port in the destination would send all of them to that one.',
  });
}

function withoutPort(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  known: KnownHost,
  lacking: readonly number[],
  facts: Facts,
): Occurrence {
  const ports = [...new Set(known.ports.map(({ number }) => number))];
  const udp = udpPorts(known.host, facts);
  const routed = ports.filter((port) => !udp.has(port));
  const meant = (routed.length > 0 ? routed : ports).map(String);
  const several =
    ports.length === 1
      ? `port ${ports[0]} several times`
      : `the ports ${listed(ports.map(String))}`;
  const { ending, ...consequence } =
    use.protocol === 'http'
      ? ofRequests(service, use, lacking, facts)
      : ofConnections(service, use, lacking, facts);
  const message = `${nameOf(known.resource)} has ${several}, and this destination does not say which: the port that the client dialled is taken${ending}`;
  return occurrence(service, use.place, ['host'], message, {
    ...consequence,
    help: `Add \`port: {number: ${meant[0]}}\`${meant.length === 1 ? '' : `, or whichever of ${listed(meant)} is meant`}.`,
    related: [
      { message: 'its ports are defined here', span: spanAt(known.resource.spec, 'ports') },
    ],
  });
}

/** ending: of the message. */
type Consequence = Pick<More, 'why' | 'severity'> & { readonly ending: string };

function ofConnections(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  lacking: readonly number[],
  facts: Facts,
): Consequence {
  const closed = lacking.filter((port) => isClosed(service, use, port, facts)).map(String);
  const ending =
    closed.length === 0 ? '' : `, and what was dialled on ${listed(closed)} is closed at once`;
  return { ending };
}

/** Routing is not asked about http rules; for a gateway's it is not said either. */
function ofRequests(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  lacking: readonly number[],
  facts: Facts,
): Consequence {
  const { so, each, severity } = lossOf(use, service, facts);
  const heard = portsBehind(service, facts).filter(speaksHttp);
  const lost = lacking.filter((number) => heard.some(({ port }) => port.number === number));
  return {
    ending: lost.length === 0 ? '' : `, and where that is ${anyOf(lost.map(String))}, ${so}`,
    why: `Istio then takes the port that the client dialled. If the destination lacks that one, ${each}.`,
    severity,
  };
}

/** Does a connection that meets the rule, dialled on that port of a service, find no cluster? */
function isClosed(
  service: Resource<'VirtualService'>,
  { protocol, rule: index }: DestinationUse,
  port: number,
  facts: Facts,
): boolean {
  const { ask, reach, rulesOf } = facts.routes();
  const rule = rulesOf(service).find(({ ref }) => ref.path === `spec.${protocol}[${index}]`);
  const reached = rule === undefined ? null : reach(rule);
  if (rule === undefined || reached?.kind !== 'reached') return false;
  const { call } = reached.attempt;
  if (call.from.kind === 'gateway') return false;
  return portsBehind(service, facts).some((spoken) => {
    if (spoken.port.number !== port) return false;
    const verdict = ask({ ...call, to: plainCall(spoken, call.protocol).to });
    const broken = verdict.destinations.some(({ problem }) => problem === 'no-such-cluster');
    return broken && sameRule(verdict.rule, rule.ref);
  });
}

/** The ports that clients of a rule can dial, as far as the files tell; empty where they do not. */
function portsMet(
  service: Resource<'VirtualService'>,
  { protocol, rule }: DestinationUse,
  facts: Facts,
): readonly number[] {
  const matches = service.spec[protocol]?.[rule]?.match ?? [];
  const asked = matches.map(({ port }) => port ?? 0);
  // On no other can a connection meet it, whatever it is bound to.
  if (asked.length > 0 && !asked.includes(0)) return [...new Set(asked)];
  const { ports } = portsDialled(service, null, facts) ?? { ports: [] };
  return [...new Set(ports.filter(({ uses }) => uses(protocol)).map(({ number }) => number))];
}
