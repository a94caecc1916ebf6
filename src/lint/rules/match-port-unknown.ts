/** A match on a port that neither the service nor the Gateway has. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { classOf, type MeshPort, type MeshService, meshGateway } from '../../mesh/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { namesGateway } from '../../routing/index.ts';
import { agree, anyOf, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { dialsKnownHosts } from '../facts/misplaced-http-matches.ts';
import { isUsedBy, type List } from '../facts/misplaced-rules.ts';
import type { AnyMatch } from '../facts/rule-walk.ts';
import { isUsedByServer } from '../facts/server-lists.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const matchPortUnknown: LintRule = {
  meta: {
    code: 'TCM1305',
    name: 'match-port-unknown',
    severity: 'warning',
    summary:
      'A match asks for a port that neither the services of the hosts nor the Gateways have.',
    why: 'The port of a match is the one that clients dial: the port of the Service (not its targetPort), or the number of the Gateway server. Any other never matches.',
    help: 'Use a port of the Service or of the Gateway.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  kiali: null,
  *check(facts) {
    for (const { resource } of facts.mesh.virtualServices.all) {
      const ports = new Map<string, Dialled | null>();
      const dialledBy = (match: AnyMatch): Dialled | null => {
        const key = (match.gateways ?? []).join();
        const known = ports.get(key);
        if (known !== undefined) return known;
        const dialled = portsDialled(resource, match, facts);
        ports.set(key, dialled);
        return dialled;
      };
      // At a waypoint too, where routing has no connections to ask about.
      for (const { list, matches } of facts.routes().rulesOf(resource))
        for (const { value } of matches) yield* unknownPort(resource, list, value, dialledBy);
      if (!dialsKnownHosts(resource, facts)) continue;
      for (const { match = [] } of resource.spec.http ?? [])
        for (const value of match) yield* unknownPort(resource, 'http', value, dialledBy);
    }
  },
};

/** uses: is the port for rules of this list? */
type DialledPort = { readonly number: number; readonly uses: (list: List) => boolean };

/** ports: those of the services for sidecars, those of the Gateways' servers. */
type Dialled = {
  readonly ports: readonly DialledPort[];
  readonly services: readonly MeshService[];
  /** Whose ports these are. */
  readonly owners: readonly string[];
};

/** null where a Gateway or the services of the hosts are not among the files, and where the match is for no gateway at all. */
function portsDialled(
  virtualService: Resource<'VirtualService'>,
  match: AnyMatch,
  facts: Facts,
): Dialled | null {
  const bound = facts.routes().boundTo(virtualService);
  const gateways = bound.gateways.filter(
    (name) =>
      (match.gateways ?? []).length === 0 || namesGateway(match, name, virtualService.namespace),
  );
  const inMesh = gateways.includes(meshGateway);
  const services = inMesh ? bound.services : [];
  if (gateways.length === 0 || (inMesh && services.length === 0)) return null;
  const named = gateways.filter((name) => name !== meshGateway);
  const found = facts.mesh.gateways.filter(({ namespace, name }) =>
    named.includes(`${namespace}/${name}`),
  );
  if (found.length < named.length) return null;
  return {
    ports: [
      ...services.flatMap(({ ports }) => ports.map(portOfService)),
      ...found.flatMap(({ spec }) => (spec.servers ?? []).map(portOfServer)),
    ],
    services,
    owners: [...new Set([...services.map(({ host }) => host), ...found.map(nameOf)])],
  };
}

function portOfService({ number, protocol }: MeshPort): DialledPort {
  const portClass = classOf(protocol);
  return { number, uses: (list) => isUsedBy(list, portClass) };
}

function portOfServer(server: Server): DialledPort {
  return { number: server.port?.number ?? 0, uses: (list) => isUsedByServer(list, server) };
}

function* unknownPort(
  virtualService: Resource<'VirtualService'>,
  list: List,
  match: AnyMatch,
  dialledBy: (match: AnyMatch) => Dialled | null,
): Iterable<Occurrence> {
  const port = match.port ?? 0;
  const dialled = port === 0 ? null : dialledBy(match);
  if (dialled === null || dialled.ports.some(({ number }) => number === port)) return;
  const { ports, services, owners } = dialled;
  const known = inOrder(ports);
  const [first] = services;
  yield occurrence(
    virtualService,
    match,
    ['port'],
    `nothing is dialled on port ${port}: ${listed(owners)} ${agree(owners.length, 'has', 'have')} ${known.length === 0 ? 'no ports' : listed(known, 5)}`,
    {
      help: helpFor(port, list, dialled),
      related:
        first === undefined
          ? []
          : [{ message: 'the ports are here', span: spanAt(first.resource.spec, 'ports') }],
    },
  );
}

function helpFor(port: number, list: List, { ports, services }: Dialled): string {
  const meant = services
    .flatMap((service) => service.ports)
    .findLast((one) => one.targetPort === port && portOfService(one).uses(list));
  if (meant !== undefined) return `${port} is the targetPort; clients dial ${meant.number}.`;
  if (ports.length === 0) return 'Use a port that exists.';
  const used = inOrder(ports.filter(({ uses }) => uses(list)));
  return used.length === 0
    ? `None of these is for ${list} rules: add a port that is, or write the rule in another list.`
    : `Use ${anyOf(used, 5)}.`;
}

function inOrder(ports: readonly DialledPort[]): readonly string[] {
  const numbers = new Set(ports.map(({ number }) => number));
  return [...numbers].sort((a, b) => a - b).map(String);
}
