/** A destination that Istio's analyzer takes for known, and that the client's proxy has no cluster for. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { isWildcard, type Mesh, type MeshService } from '../../mesh/index.ts';
import type { Resource, RouteDestination } from '../../resource/index.ts';
import { anyOf, sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { brokenDestinations, namedByAnalyzer } from '../facts/destination-problems.ts';
import { type DestinationUse, destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { lossOf } from '../facts/lost-calls.ts';
import type { List } from '../facts/misplaced-rules.ts';
import { udpDeclaration } from '../facts/udp-declaration.ts';
import { udpPorts } from '../facts/udp-ports.ts';
import { type LintRule, type More, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const destinationWithoutCluster: LintRule = {
  meta: {
    code: 'TCM1412',
    name: 'destination-without-cluster',
    severity: 'error',
    summary: 'A route sends to a host that is known, but for which the client has no cluster.',
    why: 'A cluster is made for each host that a Service or ServiceEntry spells out, in so far as the client sees it. A ServiceEntry for a wildcard makes one for the wildcard alone, and not for the names below it.',
    help: 'Send to a host that a Service or ServiceEntry spells out and that the client sees.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Sidecar'],
  kiali: null,
  *check(facts) {
    yield* ofRequests(facts);
    for (const { rule, entry, share, call, fine } of brokenDestinations(facts)) {
      if (share.problem !== 'no-such-cluster' || share.subset !== '') continue;
      const { virtualService } = rule;
      if (namedByAnalyzer(virtualService, entry, facts)) continue;
      const step = facts
        .routes()
        .ask(call)
        .destinationSteps.find(
          ({ subject, result }) => subject === share.cluster && result === 'rejected',
        );
      if (step === undefined) continue;
      if (step.reason === 'unknown-port' && asksForPort(virtualService, entry, facts)) continue;
      const defining = facts.hosts().anywhere(share.host)?.resource;
      if (defining !== undefined && facts.isRefused(defining)) continue;
      if (step.reason === 'unknown-port') {
        const { services } = facts.routes().compiled(call.from).view;
        yield occurrence(
          virtualService,
          entry.destination ?? entry,
          entry.destination?.port === undefined ? ['host'] : ['port', 'number'],
          `${connectionText(call, fine)} is closed at once: ${step.message}`,
          ofPort(rule.list, services.get(share.host), share.port),
        );
        continue;
      }
      const wildcard = wildcardFor(share.host, facts.mesh);
      yield occurrence(
        virtualService,
        entry.destination ?? entry,
        ['host'],
        `${connectionText(call, fine)} is closed at once: ${
          wildcard === null
            ? step.message
            : `there is no cluster for ${share.host}, only for ${wildcard.host} as a whole`
        }`,
        wildcard === null
          ? {}
          : {
              help: `Add a ServiceEntry for the host ${share.host} itself.`,
              related: [{ message: 'this covers the name', span: nameSpan(wildcard.resource) }],
            },
      );
    }
  },
};

/** Routing is not asked about http rules. */
function* ofRequests(facts: Facts): Iterable<Occurrence> {
  for (const service of facts.objects.of('VirtualService'))
    for (const use of destinationsOf(service))
      if (use.protocol === 'http') yield* atUdpPort(service, use, facts);
}

function* atUdpPort(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  facts: Facts,
): Iterable<Occurrence> {
  const { destination, place } = use;
  if (destination === undefined || namedByAnalyzer(service, use, facts)) return;
  if (asksForPort(service, use, facts)) return;
  const { host = '' } = destination;
  const known = facts.hosts().lookup(host, service.namespace, service.spec.exportTo);
  const fqdn = expandHost(host, service.namespace, facts.options.clusterDomain);
  const number = destination.port?.number ?? known?.ports[0]?.number ?? 0;
  if (!udpPorts(fqdn, facts).has(number)) return;
  const loss = lossOf(use, service, facts);
  yield occurrence(
    service,
    place,
    destination.port === undefined ? ['host'] : ['port', 'number'],
    `port ${number} of ${fqdn} counts as UDP, and Istio makes no cluster for it: ${loss.so}`,
    {
      ...ofPort('http', facts.mesh.servicesByHost.get(fqdn)?.[0], number),
      severity: loss.severity,
    },
  );
}

/** Without a port, where there are several, it is the dialled one, and IST0112 asks for it. */
function asksForPort(
  { namespace, spec }: Resource<'VirtualService'>,
  { destination }: Pick<RouteDestination, 'destination'>,
  facts: Facts,
): boolean {
  const known = facts.hosts().lookup(destination?.host ?? '', namespace, spec.exportTo);
  return destination?.port === undefined && (known?.ports.length ?? 0) > 1;
}

/** service: as the client has it. */
function ofPort(list: List, service: MeshService | undefined, number: number): More {
  const ports = service?.ports ?? [];
  const kept = ports.filter(({ protocol }) => protocol !== 'udp');
  const others = anyOf([...new Set(kept.map((port) => String(port.number)))], 5);
  const send = others === '' ? null : `send to ${others}`;
  const port = ports.find((one) => one.number === number);
  const declared =
    service === undefined || port === undefined ? null : udpDeclaration(list, service, port);
  const declare =
    declared === null ? null : `${declared.remedy} if it is ${list === 'http' ? 'HTTP' : 'TCP'}`;
  const remedies = [send, declare].filter((one) => one !== null);
  return {
    why: 'A client has a cluster for each port of a host that it sees and that does not count as UDP. A port of a Service does by its protocol, and also where its appProtocol or name says udp.',
    ...(remedies.length === 0 ? {} : { help: `${sentence(remedies.join(', or '))}.` }),
    related:
      declared === null
        ? []
        : [{ message: 'the port is declared as UDP here', span: declared.span }],
  };
}

function wildcardFor(host: string, { servicesByHost, services }: Mesh) {
  if (servicesByHost.has(host)) return null;
  return services.find((it) => isWildcard(it.host) && host.endsWith(it.host.slice(1))) ?? null;
}
