/** A VirtualService that is bound to a Gateway and never used there. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { hostsOverlap, meshGateway, resolveGatewayName } from '../../mesh/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import {
  hostsServedTo,
  type NotExported,
  notExportedTo,
  whyExported,
} from '../facts/gateway-exclusion.ts';
import { type GatewayView, usedOn, viewsOf } from '../facts/gateway-views.ts';
import { gatewaysByName } from '../facts/gateways-by-name.ts';
import { isForOtherHosts, listOf, ruleFor, serverText } from '../facts/server-lists.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const virtualServiceUnusedOnGateway: LintRule = {
  meta: {
    code: 'TCM1105',
    name: 'virtual-service-unused-on-gateway',
    severity: 'warning',
    summary: 'A VirtualService is bound to a Gateway, but no server of it uses its rules.',
    why: 'A TCP server has one route: the first rule that fits, of the oldest VirtualService whose hosts fit. All others on that port do nothing. tcp rules need a plain TCP server or one that terminates TLS, tls rules one with PASSTHROUGH.',
    help: 'Put the rules into one VirtualService with different ports, or bind it to a server of its own.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Gateway', 'Service', 'Pod', 'Deployment'],
  kiali: 'KIA1106',
  *check(facts) {
    for (const { resource: service } of facts.mesh.virtualServices.all) {
      if (facts.routes().rulesOf(service).length === 0 || (service.spec.http ?? []).length > 0)
        continue;
      const named = service.spec.gateways;
      for (const [i, written] of (named ?? []).entries()) {
        const name = resolveGatewayName(written, service.namespace);
        const gateway = gatewaysByName(facts.mesh).get(name);
        if (named === undefined || name === meshGateway || gateway === undefined) continue;
        yield* unused(service, gateway, i, facts);
      }
    }
  },
};

function* unused(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  index: number,
  facts: Facts,
): Iterable<Occurrence> {
  const named = service.spec.gateways;
  const views = viewsOf(gateway, facts);
  if (named === undefined || views.some((view) => usedOn(gateway, view).has(service))) return;
  if (!sharesHost(service, gateway, facts)) return;
  const skipped = views.every((view) =>
    view.gateway.servers.taken.every((taken) => taken.gateway !== gateway),
  );
  if (skipped) return;
  const unseen = notExportedTo(gateway, service, facts);
  if (unseen !== null) {
    yield notExported(service, gateway, index, unseen);
    return;
  }
  const competition = competitionOf(service, gateway, views, facts);
  const { rivals } = competition;
  const [meant] = rivals.length > 0 ? [] : serversOfOtherHosts(service, gateway, facts);
  if (meant !== undefined) {
    yield hostMissing(service, gateway, index, meant);
    return;
  }
  const { because, ...more } =
    rivals.length > 0 ? ofRivals(service, competition) : ofServers(gateway);
  const message = `${nameOf(gateway)} never uses this VirtualService: ${because}`;
  yield occurrence(service, named, [index], message, more);
}

/** wanted: the servers that it is for; byName: all of them go by server names. rivals: whose rules these have instead. */
type Competition = {
  readonly wanted: readonly Server[];
  readonly byName: boolean;
  readonly rivals: readonly Resource[];
};

function competitionOf(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  views: readonly GatewayView[],
  facts: Facts,
): Competition {
  const used = new Set(views.flatMap((view) => [...usedOn(gateway, view)]));
  const wanted = (gateway.spec.servers ?? []).filter((server) =>
    isFor(service, gateway, server, facts),
  );
  const byName = wanted.length > 0 && wanted.every((server) => listOf(server) === 'tls');
  // Who is used on a server that this one is not for is no rival of it.
  const rivals = [...used].filter(
    (other) =>
      wanted.some((server) => isFor(other, gateway, server, facts)) &&
      (!byName || sharesServerName(service, other)),
  );
  return { wanted, byName, rivals };
}

type Unused = Pick<Occurrence, 'why' | 'help' | 'related'> & { readonly because: string };

function ofRivals(
  service: Resource<'VirtualService'>,
  { wanted, byName, rivals }: Competition,
): Unused {
  const names = listed(rivals.map(nameOf));
  const related = rivals.slice(0, 2).map((other) => ({
    message: `${nameOf(other)} is used there`,
    span: spanAt(other.metadata, 'name'),
  }));
  if (byName)
    return {
      because: `on its ${agree(wanted.length, 'port', 'ports')} ${names} ${agree(rivals.length, 'has', 'have')} the server names before it`,
      ...taken,
      related,
    };
  const byAge = [service, ...rivals].some(
    ({ metadata }) => (metadata.creationTimestamp ?? '') === '',
  );
  return {
    because: `its servers use ${names}${byAge ? ', unless this one is older' : ''}`,
    ...(byAge ? { help: helpByAge } : {}),
    related,
  };
}

function ofServers(gateway: Resource<'Gateway'>): Unused {
  const servers = (gateway.spec.servers ?? []).map(serverText);
  return {
    because: `none of its servers, ${listed(servers)}, has a use for these rules`,
    help: 'Compare ports and protocols: tcp rules need a TCP server or one that terminates TLS, tls rules one with PASSTHROUGH.',
    related: [{ message: 'the servers are here', span: spanAt(gateway.spec, 'servers') }],
  };
}

/** Servers for whose port and list it has a rule, and no host. */
function serversOfOtherHosts(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  facts: Facts,
): readonly Server[] {
  return (gateway.spec.servers ?? []).filter((server) => {
    const list = listOf(server);
    return list !== 'none' && isForOtherHosts(service, list, gateway, server, facts);
  });
}

function hostMissing(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  index: number,
  server: Server,
): Occurrence {
  const { gateways = service.spec, hosts = [] } = service.spec;
  return occurrence(
    service,
    gateways,
    [index],
    `${nameOf(gateway)} never uses this VirtualService: ${listed([...hosts])} ${agree(hosts.length, 'is', 'are')} not among the hosts of its server ${serverText(server)}, ${listed([...(server.hosts ?? [])])}`,
    {
      why: 'A server uses the VirtualServices that have a host in common with it.',
      help: `Add ${hosts[0]} to the hosts of the server, or write one of the server's here.`,
      related: [{ message: 'the hosts of the server', span: spanAt(server, 'hosts') }],
    },
  );
}

const helpByAge =
  'Put the rules into one VirtualService with different ports, or bind it to a server of its own. The files do not say which is older; of two that were created in one second, that with the first name counts as older.';

const taken = {
  why: 'On a port of a gateway, a tls match that has a server name of an earlier one is left out as a whole, in a VirtualService for another Gateway too: Gateways with one selector share their ports.',
  help: 'Give the rules server names that no other has, or put all rules for the names into one VirtualService.',
};

function sharesServerName(service: Resource<'VirtualService'>, other: Resource): boolean {
  const names = serverNames(service);
  return other.kind === 'VirtualService' && [...serverNames(other)].some((name) => names.has(name));
}

function serverNames({ spec }: Resource<'VirtualService'>): ReadonlySet<string> {
  const matches = (spec.tls ?? []).flatMap(({ match }) => match ?? []);
  return new Set(
    matches.flatMap(({ sniHosts }) => sniHosts ?? []).map((name) => name.toLowerCase()),
  );
}

function notExported(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  index: number,
  { where, missing }: NotExported,
): Occurrence {
  const { gateways = service.spec, exportTo } = service.spec;
  return occurrence(
    service,
    gateways,
    [index],
    `${nameOf(gateway)} never uses this VirtualService: it is not exported to ${where}`,
    {
      why: whyExported,
      help: `Add ${missing} to its exportTo.`,
      related:
        exportTo === undefined
          ? []
          : [{ message: 'it is exported here', span: spanAt(service.spec, 'exportTo') }],
    },
  );
}

/** Has the server a use for rules of the VirtualService, if nobody else comes first? */
function isFor(
  service: Resource,
  gateway: Resource<'Gateway'>,
  server: Server,
  facts: Facts,
): boolean {
  const list = listOf(server);
  return list !== 'none' && ruleFor(service, list, gateway, server, facts) !== null;
}

/** Where no host fits, that is the reason, and IST0132 names it. */
function sharesHost(
  service: Resource<'VirtualService'>,
  gateway: Resource<'Gateway'>,
  facts: Facts,
): boolean {
  const served = hostsServedTo(service.namespace, gateway);
  const hosts = facts.routes().boundTo(service).hosts;
  return hosts.some((host) => served.some((other) => hostsOverlap(host, other)));
}
