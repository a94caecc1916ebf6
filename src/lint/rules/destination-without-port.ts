/** A route names no port although its destination has several. */

import { sameRule } from '../../expectation/index.ts';
import { meshGateway } from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import { type DestinationUse, destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { plainCall, portsBehind } from '../facts/route-protocol.ts';
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

export const destinationWithoutPort: LintRule = {
  meta: {
    code: 'IST0112',
    name: 'destination-without-port',
    severity: 'error',
    summary: 'A route names no port although its destination has several.',
    why: 'Istio then takes the port that the client dialled. If the destination lacks that one, connections are closed at once.',
    help: 'Add `port: {number: …}` to the destination.',
    istio: analyzer('IST0112', 'analyzers/virtualservice/destinationhosts.go'),
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const use of destinationsOf(service)) {
        const { destination, place } = use;
        if (destination === undefined || destination.port !== undefined) continue;
        const host = destination.host ?? '';
        const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
        if (known === undefined || known.ports.length <= 1) continue;
        const ports = [...new Set(known.ports.map((port) => String(port.number)))];
        const dialled = portsDialled(service, use, facts);
        const lacking = dialled.filter(
          (port) => !known.ports.some(({ number }) => number === port),
        );
        if (dialled.length > 0 && lacking.length === 0) {
          const message = `Istio's analyzer asks for a port; the connections that meet this rule are dialled on ${listed(dialled.map(String))}, which ${nameOf(known.resource)} has, and keep their port`;
          yield occurrence(service, place, ['host'], message, {
            severity: 'info',
            why: 'Without a port Istio takes the one that the client dialled, and the destination has every one that can be.',
            help: `Add \`port: {number: ${dialled[0]}}\` to make it plain.`,
          });
          continue;
        }
        const closed = lacking.filter((port) => isClosed(service, use, port, facts));
        yield occurrence(
          service,
          place,
          ['host'],
          `${nameOf(known.resource)} has ${ports.length === 1 ? `port ${ports[0]} several times` : `the ports ${listed(ports)}`}, and this destination does not say which: the port that the client dialled is taken${closed.length === 0 ? '' : `, and what was dialled on ${listed(closed.map(String))} is closed at once`}`,
          {
            help: `Add \`port: {number: ${ports[0]}}\`${ports.length === 1 ? '' : `, or whichever of ${listed(ports)} is meant`}.`,
            related: [
              { message: 'its ports are defined here', span: spanAt(known.resource.spec, 'ports') },
            ],
          },
        );
      }
  },
};

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
function portsDialled(
  service: Resource<'VirtualService'>,
  { protocol, rule }: DestinationUse,
  facts: Facts,
): number[] {
  const matches = service.spec[protocol]?.[rule]?.match ?? [];
  const asked = matches.map(({ port }) => port ?? 0);
  // On no other can a connection meet it, whatever it is bound to.
  if (asked.length > 0 && !asked.includes(0)) return [...new Set(asked)];
  const { gateways, services } = facts.routes().boundTo(service);
  const bound = facts.mesh.gateways.filter(({ namespace, name }) =>
    gateways.includes(`${namespace}/${name}`),
  );
  const sidecars = gateways.includes(meshGateway);
  const all = [
    ...(sidecars ? services.flatMap(({ ports }) => ports.map(({ number }) => number)) : []),
    ...bound.flatMap(({ spec }) => (spec.servers ?? []).map(({ port }) => port?.number ?? 0)),
  ];
  if (bound.length + (sidecars ? 1 : 0) < gateways.length || (sidecars && services.length === 0))
    return [];
  return [...new Set(all)];
}
