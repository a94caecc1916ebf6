/** A route sends to a port that its destination does not have. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { MeshService } from '../../mesh/index.ts';
import { type Placed, type Resource, spanAt } from '../../resource/index.ts';
import { anyOf, listed } from '../../text/index.ts';
import { destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import type { KnownHost } from '../facts/known-hosts.ts';
import { lossOf } from '../facts/lost-calls.ts';
import { udpPorts } from '../facts/udp-ports.ts';
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

export const unknownPort: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'unknown-port',
    severity: 'error',
    summary: 'A route sends to a port that the destination does not have.',
    why: 'There is no cluster for that port: every connection that takes the route is accepted and closed at once, every HTTP request answered 503.',
    help: 'Use a port of the Service (its `port`, not its `targetPort`), or leave the port out when the Service has only one.',
    istio: analyzer('IST0101', 'analyzers/virtualservice/destinationhosts.go'),
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const use of destinationsOf(service)) {
        const { destination, place } = use;
        if (destination?.port === undefined || facts.options.refs === 'ignore') continue;
        const number = destination.port.number ?? 0;
        const host = destination.host ?? '';
        const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
        if (known === undefined || known.ports.some((port) => port.number === number)) continue;
        const fqdn = expandHost(host, service.namespace, facts.options.clusterDomain);
        if (clientsHave(service.namespace, fqdn, number, facts)) {
          yield oneOfSeveral(service, place, fqdn, number, known);
          continue;
        }
        const { resource, ports: has } = ofOwnNamespace(service, fqdn, facts) ?? known;
        const udp = udpPorts(fqdn, facts);
        const numbers = [...new Set(has.map((port) => port.number))];
        const ports = numbers.filter((one) => !udp.has(one)).map(String);
        const only = onlyText(ports, ports.length < numbers.length);
        const loss = lossOf(use, service, facts);
        yield occurrence(
          service,
          place,
          ['port', 'number'],
          `${nameOf(resource)} has no port ${number}${only}: ${loss.so}`,
          {
            severity: loss.severity,
            why: `There is no cluster for that port: ${loss.each}.`,
            help: ports.length === 0 ? 'Give the Service a port for TCP.' : `Use ${anyOf(ports)}.`,
            related: [
              { message: 'its ports are defined here', span: spanAt(resource.spec, 'ports') },
            ],
          },
        );
      }
  },
};

function onlyText(ports: readonly string[], udpLeftOut: boolean): string {
  return ports.length === 0 ? '' : `, only ${listed(ports)}${udpLeftOut ? ' for TCP' : ''}`;
}

/** Proxies of the namespace put the ports of several records of one host together (`sidecar.go:addService`). */
function clientsHave(namespace: string, fqdn: string, port: number, { routes }: Facts): boolean {
  const { view } = routes().compiled({ kind: 'sidecar', namespace, labels: {} });
  return view.services.get(fqdn)?.ports.some(({ number }) => number === port) === true;
}

function oneOfSeveral(
  service: Resource<'VirtualService'>,
  place: Placed,
  fqdn: string,
  port: number,
  { resource }: KnownHost,
): Occurrence {
  const message = `Istio's analyzer may miss port ${port} of ${fqdn}, for ${nameOf(resource)} has it not; clients in ${service.namespace} have it from another record of the host`;
  return occurrence(service, place, ['port', 'number'], message, {
    severity: 'info',
    why: 'The analyzer looks at one Service or ServiceEntry of a host, and which of several that is nothing defines; proxies go by all that their namespace has.',
    help: 'Nothing; one ServiceEntry with all the ports would say it more clearly.',
    related: [{ message: 'the record without that port', span: spanAt(resource.spec, 'ports') }],
  });
}

/** Of several with one host clients of a namespace get its own, whichever the analyzer looks at. */
function ofOwnNamespace(
  { namespace }: Resource<'VirtualService'>,
  fqdn: string,
  { mesh }: Facts,
): Pick<MeshService, 'resource' | 'ports'> | undefined {
  return mesh.servicesByHost.get(fqdn)?.find((one) => one.namespace === namespace);
}
