/** A destination that Istio's analyzer takes for known, and that the client's proxy has no cluster for. */
import type { Occurrence, Severity } from '../../diagnostic/index.ts';
import {
  isVisible,
  isWildcard,
  type Mesh,
  type MeshPort,
  type MeshService,
} from '../../mesh/index.ts';
import type { Destination, Placed, Resource, RouteDestination } from '../../resource/index.ts';
import type { Call } from '../../routing/index.ts';
import { anyOf, sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import {
  type BrokenDestination,
  brokenDestinations,
  isOnlySupposed,
  namedByAnalyzer,
} from '../facts/destination-problems.ts';
import { type DestinationUse, destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { lazy } from '../facts/lazy.ts';
import { lossOf } from '../facts/lost-calls.ts';
import { unmetHttpRules } from '../facts/misplaced-http-matches.ts';
import type { List } from '../facts/misplaced-rules.ts';
import { udpDeclaration } from '../facts/udp-declaration.ts';
import { udpPorts } from '../facts/udp-ports.ts';
import { type LintRule, nameOf, nameSpan, nobodyElse, occurrence } from '../rule.ts';

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
    for (const broken of brokenDestinations(facts)) yield* ofConnections(broken, facts);
  },
};

/** A destination without cluster; so: what becomes of what is sent there. */
type Lost = {
  readonly resource: Resource<'VirtualService'>;
  readonly list: List;
  readonly destination: Destination | undefined;
  readonly place: Placed;
  readonly so: string;
};

function* ofConnections(broken: BrokenDestination, facts: Facts): Iterable<Occurrence> {
  const { rule, entry, share, call, fine } = broken;
  if (share.problem !== 'no-such-cluster') return;
  const { virtualService: resource, list } = rule;
  if (namedByAnalyzer(resource, entry, facts)) return;
  const { destinationSteps } = facts.routes().ask(call);
  const step = destinationSteps.find(
    ({ subject, result }) => subject === share.cluster && result === 'rejected',
  );
  // Of a subset other rules tell; but a port without a cluster has none for its subsets either.
  if (step === undefined || (share.subset !== '' && step.reason !== 'unknown-port')) return;
  if (step.reason === 'unknown-port' && asksForPort(resource, entry, facts)) return;
  const defining = facts.hosts().anywhere(share.host)?.resource;
  if (defining !== undefined && facts.isRefused(defining)) return;
  const { destination } = entry;
  const so = `${connectionText(call, fine)} is closed at once`;
  const lost = { resource, list, destination, place: destination ?? entry, so };
  if (step.reason === 'unknown-port') {
    const { services } = facts.routes().compiled(call.from).view;
    yield withoutPort(lost, services.get(share.host), share.port, step.message);
  } else if (defining !== undefined && !facts.mesh.discovery.reads(defining.namespace))
    yield unreadHost(lost, defining);
  else if (defining !== undefined && !isSeenFrom(call, share.host, facts))
    yield unseenHost(lost, defining, isOnlySupposed(broken, facts));
  else yield withoutHost(lost, share.host, wildcardFor(share.host, facts.mesh), step.message);
}

/** Routing is not asked about http rules. */
function* ofRequests(facts: Facts): Iterable<Occurrence> {
  for (const resource of facts.objects.of('VirtualService')) {
    const unmet = lazy(() => unmetHttpRules(resource, facts));
    for (const use of destinationsOf(resource)) {
      const { protocol: list, rule, destination, place } = use;
      const udp = list === 'http' ? udpPortOf(resource, use, facts) : null;
      if (udp === null || unmet().has(rule)) continue;
      const { so, severity } = lossOf(use, resource, facts);
      yield atUdpPort({ resource, list, destination, place, so }, udp, severity);
    }
  }
}

function udpPortOf(
  resource: Resource<'VirtualService'>,
  use: DestinationUse,
  facts: Facts,
): OwnPort | null {
  const { destination } = use;
  if (destination === undefined || namedByAnalyzer(resource, use, facts)) return null;
  if (asksForPort(resource, use, facts)) return null;
  const { host = '' } = destination;
  const known = facts.hosts().lookup(host, resource.namespace, resource.spec.exportTo);
  const fqdn = expandHost(host, resource.namespace, facts.options.clusterDomain);
  const number = destination.port?.number ?? known?.ports[0]?.number ?? 0;
  if (!udpPorts(fqdn, facts).has(number)) return null;
  const services = facts.mesh.servicesByHost.get(fqdn) ?? [];
  return services.map((service) => portOf(service, number)).find((one) => one !== null) ?? null;
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

type OwnPort = { readonly service: MeshService; readonly port: MeshPort };

function portOf(service: MeshService, number: number): OwnPort | null {
  const port = service.ports.find((one) => one.number === number);
  return port === undefined ? null : { service, port };
}

/** service: as the client has it, which need not be as the analyzer knows it. reason: routing's. */
function withoutPort(
  lost: Lost,
  service: MeshService | undefined,
  number: number,
  reason: string,
): Occurrence {
  const declared = service === undefined ? null : portOf(service, number);
  // Routing leaves out a port that is there for the one reason.
  if (declared !== null) return atUdpPort(lost, declared);
  const { resource, place, so } = lost;
  const send = service === undefined ? null : sendToAnother(service);
  return occurrence(resource, place, portKeys(lost), `${so}: ${reason}`, {
    why: whyPort,
    ...(send === null ? {} : { help: `${sentence(send)}.` }),
  });
}

function atUdpPort(
  lost: Lost,
  { service, port }: OwnPort,
  severity: Severity = 'error',
): Occurrence {
  const { resource, list, place, so } = lost;
  const { span, remedy } = udpDeclaration(list, service, port);
  const declare = `${remedy} if it is ${list === 'http' ? 'HTTP' : 'TCP'}`;
  const send = sendToAnother(service);
  return occurrence(
    resource,
    place,
    portKeys(lost),
    `port ${port.number} of ${service.host} counts as UDP, and Istio makes no cluster for it: ${so}`,
    {
      why: whyPort,
      help: `${sentence(send === null ? declare : `${send}, or ${declare}`)}.`,
      related: [{ message: 'the port is declared as UDP here', span }],
      severity,
    },
  );
}

const whyPort =
  'A client has a cluster for each port of a host that it sees and that does not count as UDP. A port of a Service does by its protocol, and also where its appProtocol or name says udp.';

function portKeys({ destination }: Lost): readonly string[] {
  return destination?.port === undefined ? ['host'] : ['port', 'number'];
}

/** An imperative clause. */
function sendToAnother({ ports }: MeshService): string | null {
  const kept = ports.filter(({ protocol }) => protocol !== 'udp');
  const others = anyOf([...new Set(kept.map(({ number }) => String(number)))], 5);
  return others === '' ? null : `send to ${others}`;
}

function withoutHost(
  { resource, place, so }: Lost,
  host: string,
  wildcard: MeshService | null,
  reason: string,
): Occurrence {
  if (wildcard === null) return occurrence(resource, place, ['host'], `${so}: ${reason}`);
  const message = `${so}: there is no cluster for ${host}, only for ${wildcard.host} as a whole`;
  return occurrence(resource, place, ['host'], message, {
    help: `Add a ServiceEntry for the host ${host} itself.`,
    related: [{ message: 'this covers the name', span: nameSpan(wildcard.resource) }],
  });
}

function unreadHost({ resource, place, so }: Lost, defining: Resource): Occurrence {
  const { namespace } = defining;
  const message = `${so}: Istio passes over namespace ${namespace}, where ${nameOf(defining)} is`;
  return occurrence(resource, place, ['host'], message, {
    why: "Nothing is there for Istio that is in a namespace which the mesh's discoverySelectors do not name.",
    help: `Let discoverySelectors name ${namespace}, or send elsewhere.`,
    related: [{ message: 'it is defined here', span: nameSpan(defining) }],
  });
}

/** onlySupposed: no client that the files name is one of those. */
function unseenHost(
  { resource, place, so }: Lost,
  defining: Resource,
  onlySupposed: boolean,
): Occurrence {
  const name = nameOf(defining);
  return occurrence(resource, place, ['host'], `${so}: ${name} is not exported to it`, {
    severity: onlySupposed ? 'warning' : 'error',
    help: `Export ${name} to these clients, or the VirtualService only to those who see it.`,
    related: [{ message: 'it is defined here', span: nameSpan(defining) }],
  });
}

function isSeenFrom({ from }: Call, host: string, { mesh }: Facts): boolean {
  return (mesh.servicesByHost.get(host) ?? []).some(({ visibility, namespace }) =>
    isVisible(visibility, namespace, from.namespace),
  );
}

function wildcardFor(host: string, { servicesByHost, services }: Mesh) {
  if (servicesByHost.has(host)) return null;
  return services.find((it) => isWildcard(it.host) && host.endsWith(it.host.slice(1))) ?? null;
}
