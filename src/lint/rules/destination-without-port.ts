/** A route names no port although its destination has several. */
import { destinationsOf } from '../facts/destinations.ts';
import { analyzer, type LintRule, listed, nameOf, occurrence } from '../rule.ts';

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
      for (const { destination, place } of destinationsOf(service)) {
        if (destination === undefined || destination.port !== undefined) continue;
        const host = destination.host ?? '';
        const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
        if (known === undefined || known.ports.length <= 1) continue;
        const ports = known.ports.map((port) => String(port.number));
        yield occurrence(
          service,
          place,
          ['host'],
          `${nameOf(known.resource)} has the ports ${listed(ports)}, and this destination does not say which: the port that the client dialled is taken`,
          {
            help: `Add \`port: {number: ${ports[0]}}\`, or whichever of ${listed(ports)} is meant.`,
            related: [{ message: 'its ports are defined here', span: known.resource.span }],
          },
        );
      }
  },
};
