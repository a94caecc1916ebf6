/** Two Gateways open one port of one workload for the same host. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { servesHttp } from '../../routing/index.ts';
import { agree, listed, type Span } from '../../text/index.ts';
import type { Pods } from '../facts/pods.ts';
import { sameWorkloads } from '../facts/selectors.ts';
import { analyzer, type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

type Gateway = Resource<'Gateway'>;

export const gatewayConflict: LintRule = {
  meta: {
    code: 'IST0145',
    name: 'gateway-conflict',
    severity: 'error',
    summary: 'Two Gateways on one workload have the same port and host.',
    why: 'The older Gateway owns the port. VirtualServices of the other are never used, even if the older one has none.',
    help: 'Give each Gateway ports of its own, or put the servers into one Gateway.',
    istio: analyzer('IST0145', 'analyzers/gateway/conflictinggateway.go'),
  },
  reads: ['Gateway', 'Pod', 'Deployment'],
  kiali: 'KIA0301',
  *check(facts) {
    const gateways = facts.objects.of('Gateway');
    const opened = openedBy(gateways);
    for (const gateway of gateways) {
      const rivals = rivalsOf(gateway, opened, facts.pods());
      for (const [i, server] of (gateway.spec.servers ?? []).entries()) {
        const here = rivals.filter(({ conflicts }) => conflicts.has(i));
        if (here.length > 0) yield* conflictAt(gateway, server, i, here);
      }
    }
  },
};

/** known: by a Pod that the analyzer sees, not only by one that is still to come. */
type Rival = {
  readonly other: Gateway;
  readonly conflicts: ReadonlyMap<number, 'other' | 'own'>;
  readonly known: boolean;
};

/** here: those that the server at this index conflicts with. */
function* conflictAt(
  gateway: Gateway,
  server: Server,
  index: number,
  here: readonly Rival[],
): Iterable<Occurrence> {
  const known = here.some((rival) => rival.known);
  const listing = listed(here.map(({ other }) => nameOf(other)));
  const port = server.port?.number ?? 0;
  if (here.some(({ conflicts }) => conflicts.get(index) === 'other')) {
    const opens = `${listing} ${agree(here.length, 'opens', 'open')} port ${port} for the same host on the same workload`;
    const eldest = agree(here.length, 'older', 'oldest');
    const merged = [server, ...here.flatMap(({ other }) => serversOn(port, other))].every(isMerged);
    const message = merged
      ? `${opens}: HTTP servers are merged, and what their VirtualServices say for one host is joined, that of the ${eldest} Gateway first`
      : `${opens}: only the ${eldest} Gateway is used there`;
    yield occurrence(gateway, server, ['hosts'], message, {
      ...(merged ? whatMergingDoes : {}),
      ...(known ? {} : { istio: nobodyElse }),
      related: here.slice(0, 3).map(({ other }) => ({
        message: `${nameOf(other)} has it here`,
        span: hostsOfServer(other, port),
      })),
    });
  } else if (known) {
    const message = `Istio's analyzer names a conflict with ${listing} on port ${port}, but it is this Gateway's own servers that repeat a host`;
    yield occurrence(gateway, server, ['hosts'], message, {
      severity: 'info',
      why: 'The analyzer compares the servers of both Gateways in one list, and takes a second server of this one for the other.',
      help: 'Write the host in one of the servers only.',
    });
  }
}

const whatMergingDoes = {
  severity: 'warning',
  why: 'Both are used. Where both have a rule for a request, which one takes it depends on the age of the Gateways, not on anything that is written.',
  help: 'Give each Gateway hosts of its own, or bind all VirtualServices of the host to one Gateway.',
} as const;

/** HTTP in the clear: the servers of one port make one listener with the routes of all (model/gateway.go:mergeGateways). */
function isMerged(server: Server): boolean {
  return server.tls === undefined && servesHttp(server);
}

function serversOn(port: number, { spec }: Gateway): readonly Server[] {
  return (spec.servers ?? []).filter((server) => portOf(server) === port);
}

/** Which Gateways open a port, and which for a host, in their order. */
type Opened = {
  readonly port: ReadonlyMap<number, ReadonlySet<Gateway>>;
  readonly host: ReadonlyMap<string, ReadonlySet<Gateway>>;
  readonly place: ReadonlyMap<Gateway, number>;
};

function openedBy(gateways: readonly Gateway[]): Opened {
  const port = new Map<number, Set<Gateway>>();
  const host = new Map<string, Set<Gateway>>();
  for (const gateway of gateways)
    for (const server of gateway.spec.servers ?? []) {
      const number = portOf(server);
      port.set(number, (port.get(number) ?? new Set()).add(gateway));
      for (const key of keysOf(server)) host.set(key, (host.get(key) ?? new Set()).add(gateway));
    }
  return { port, host, place: new Map(gateways.map((gateway, i) => [gateway, i])) };
}

const keysOf = (server: Server): readonly string[] =>
  [...new Set(server.hosts ?? [])].map((host) => `${portOf(server)} ${host}`);

/**
 * The other Gateways with a server that a server of this one conflicts with. Of the other only the last server of a port counts; and
 * a server without conflict leaves its hosts in the other's set, where a later server of this Gateway meets them (`own`).
 */
function rivalsOf(gateway: Gateway, opened: Opened, pods: Pods): Rival[] {
  const rivals: Rival[] = [];
  const servers = gateway.spec.servers ?? [];
  for (const other of candidatesFor(servers, opened)) {
    if (other === gateway || !sameWorkloads(gateway, other, pods, 'expectedBy')) continue;
    const conflicts = conflictsWith(other, servers);
    const known = sameWorkloads(gateway, other, pods);
    if (conflicts.size > 0) rivals.push({ other, conflicts, known });
  }
  return rivals;
}

/** Those with a host of one of the servers on its port. A host that the servers themselves repeat meets every Gateway there. */
function candidatesFor(servers: readonly Server[], { port, host, place }: Opened): Gateway[] {
  const met = new Set<string>();
  const others = new Set<Gateway>();
  for (const server of servers)
    for (const key of keysOf(server)) {
      const all = met.has(key) ? port.get(portOf(server)) : host.get(key);
      for (const other of all ?? []) others.add(other);
      met.add(key);
    }
  return [...others].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}

function conflictsWith(other: Gateway, servers: readonly Server[]): Map<number, 'other' | 'own'> {
  const taken = new Map<number, Map<string, Taken>>();
  for (const server of other.spec.servers ?? []) {
    const hosts = new Map<string, Taken>();
    take(hosts, server, 'other');
    taken.set(portOf(server), hosts);
  }
  const conflicts = new Map<number, 'other' | 'own'>();
  for (const [i, server] of servers.entries()) {
    const hosts = taken.get(portOf(server));
    if (hosts === undefined) continue;
    const met = (server.hosts ?? [])
      .map((host) => hosts.get(host))
      .filter((known) => known?.bind === (server.bind ?? ''));
    if (met.length === 0) take(hosts, server, 'own');
    else conflicts.set(i, met.some((known) => known?.whose === 'other') ? 'other' : 'own');
  }
  return conflicts;
}

/** Of a host the last bind counts (model/gateway.go:CheckDuplicates). */
type Taken = { readonly bind: string; readonly whose: 'other' | 'own' };

function take(hosts: Map<string, Taken>, server: Server, whose: Taken['whose']): void {
  for (const host of server.hosts ?? []) hosts.set(host, { bind: server.bind ?? '', whose });
}

/** Of several servers of a port the last counts. */
function hostsOfServer({ spec }: Gateway, port: number): Span {
  const server = spec.servers?.findLast((one) => portOf(one) === port);
  return server === undefined ? spanAt(spec, 'servers') : spanAt(server, 'hosts');
}

const portOf = (server: Server): number => server.port?.number ?? 0;
