/** A match on a port that neither the service nor the Gateway has. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { type MeshService, meshGateway } from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { agree, anyOf, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { dialsKnownHosts } from '../facts/misplaced-http-matches.ts';
import type { AnyMatch } from '../facts/rule-walk.ts';
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
      // At a waypoint too, where routing has no connections to ask about.
      const rules = facts.routes().rulesOf(resource);
      const to = rules.length === 0 ? null : portsDialled(resource, facts);
      const values = rules.flatMap(({ matches: of }) => of.map(({ value }) => value));
      if (to !== null) yield* unknownPorts(resource, values, to);
      const matches = (resource.spec.http ?? []).flatMap(({ match }) => match ?? []);
      if (!matches.some(({ port }) => (port ?? 0) !== 0)) continue;
      const dialled = dialsKnownHosts(resource, facts) ? portsDialled(resource, facts) : null;
      if (dialled !== null) yield* unknownPorts(resource, matches, dialled);
    }
  },
};

/** ports: those of the services for sidecars, those of the Gateways' servers. */
type Dialled = {
  readonly ports: ReadonlySet<number>;
  readonly services: readonly MeshService[];
  /** Whose ports these are. */
  readonly owners: readonly string[];
};

/** null where a Gateway or the services of the hosts are not among the files. */
function portsDialled(virtualService: Resource<'VirtualService'>, facts: Facts): Dialled | null {
  const { gateways, services } = facts.routes().boundTo(virtualService);
  const inMesh = gateways.includes(meshGateway);
  if (inMesh && services.length === 0) return null;
  const named = gateways.filter((name) => name !== meshGateway);
  const found = facts.mesh.gateways.filter(({ namespace, name }) =>
    named.includes(`${namespace}/${name}`),
  );
  if (found.length < named.length) return null;
  const ofServices = inMesh
    ? services.flatMap(({ ports }) => ports.map(({ number }) => number))
    : [];
  const ofServers = found.flatMap(({ spec }) =>
    (spec.servers ?? []).map(({ port }) => port?.number ?? 0),
  );
  return {
    ports: new Set([...ofServices, ...ofServers]),
    services: inMesh ? services : [],
    owners: [
      ...new Set([...(inMesh ? services.map(({ host }) => host) : []), ...found.map(nameOf)]),
    ],
  };
}

function* unknownPorts(
  virtualService: Resource<'VirtualService'>,
  matches: readonly AnyMatch[],
  { ports, services, owners }: Dialled,
): Iterable<Occurrence> {
  const targets = new Map(
    services.flatMap((service) => service.ports.map((port) => [port.targetPort, port.number])),
  );
  const known = [...ports].sort((a, b) => a - b).map(String);
  const first = services[0];
  for (const value of matches) {
    const port = value.port ?? 0;
    if (port === 0 || ports.has(port)) continue;
    const meant = targets.get(port);
    yield occurrence(
      virtualService,
      value,
      ['port'],
      `nothing is dialled on port ${port}: ${listed(owners)} ${agree(owners.length, 'has', 'have')} ${known.length === 0 ? 'no ports' : listed(known, 5)}`,
      {
        help:
          meant === undefined
            ? `Use ${known.length === 0 ? 'a port that exists' : anyOf(known, 5)}.`
            : `${port} is the targetPort; clients dial ${meant}.`,
        related:
          first === undefined
            ? []
            : [{ message: 'the ports are here', span: spanAt(first.resource.spec, 'ports') }],
      },
    );
  }
}
