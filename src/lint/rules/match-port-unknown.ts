/** A match on a port that neither the service nor the Gateway has. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { agree, anyOf, listed } from '../../text/index.ts';
import { dialsKnownHosts } from '../facts/misplaced-http-matches.ts';
import type { List } from '../facts/misplaced-rules.ts';
import {
  type Dialled,
  type DialledPort,
  portOfService,
  portsDialled,
} from '../facts/ports-dialled.ts';
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

function* unknownPort(
  virtualService: Resource<'VirtualService'>,
  list: List,
  match: AnyMatch,
  dialledBy: (match: AnyMatch) => Dialled | null,
): Iterable<Occurrence> {
  const port = match.port ?? 0;
  const dialled = port === 0 ? null : dialledBy(match);
  if (dialled === null || dialled.ports.some(({ number }) => number === port)) return;
  const { ports, services, gateways } = dialled;
  const owners = [...new Set([...services.map(({ host }) => host), ...gateways.map(nameOf)])];
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
