/** Several VirtualServices of the sidecars declare one host. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { hostsOverlap } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { spanAt } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { commonConnection } from '../facts/common-connection.ts';
import type { Facts } from '../facts/facts.ts';
import { groupBy } from '../facts/group-by.ts';
import { expandHost } from '../facts/host-name.ts';
import { scopesOf } from '../facts/known-hosts.ts';
import { lazy } from '../facts/lazy.ts';
import { reachesByAge } from '../facts/reaches-by-age.ts';
import { analyzer, type LintRule, nameOf, occurrence } from '../rule.ts';

type Claim = {
  readonly service: Resource<'VirtualService'>;
  readonly index: number;
  readonly scope: string;
  readonly host: string;
};

export const meshHostConflict: LintRule = {
  meta: {
    code: 'IST0109',
    name: 'mesh-host-conflict',
    severity: 'error',
    summary: 'Several VirtualServices that sidecars use declare the same host.',
    why: 'For HTTP only one of them is used. TCP rules of all are joined, oldest VirtualService first, so which rule wins depends on when each was created.',
    help: 'Put all rules of a host into one VirtualService.',
    istio: analyzer('IST0109', 'analyzers/virtualservice/conflictingmeshgatewayhosts.go'),
  },
  reads: ['VirtualService'],
  kiali: 'KIA1106',
  *check(facts) {
    const groups = groupBy(
      claims(facts.objects.of('VirtualService'), facts.options.clusterDomain),
      (claim) => `${claim.scope} ${claim.host}`,
    );
    const everybodys = [...groups.values()].flat().filter((claim) => claim.scope === '*');
    const said = new Set<Resource>();
    for (const group of groups.values()) {
      const first = group[0];
      if (first === undefined) continue;
      const rivals =
        first.scope === '*'
          ? group
          : [...group, ...everybodys.filter((claim) => hostsOverlap(claim.host, first.host))];
      if (rivals.length < 2) continue;
      const harmless = lazy(() => joinsHarmlessly(rivals, facts));
      for (const claim of rivals) {
        if (said.has(claim.service)) continue;
        said.add(claim.service);
        yield conflict(claim, rivals, harmless, facts);
      }
    }
  },
};

function conflict(
  claim: Claim,
  rivals: readonly Claim[],
  harmless: () => boolean,
  facts: Facts,
): Occurrence {
  const { service, index } = claim;
  const others = rivals.filter((rival) => rival.service !== service);
  const hosts = service.spec.hosts;
  const place = hosts ?? service.spec;
  const keys = hosts === undefined ? [] : [index];
  if (others.length === 0)
    return occurrence(
      service,
      place,
      keys,
      `Istio's analyzer sees a conflict, for this VirtualService lists ${claim.host} twice; its own rules are not affected`,
      {
        severity: 'info',
        why: 'Istio takes a host once, however often a VirtualService lists it.',
        help: 'List the host once.',
      },
    );
  const names = [...new Set(others.map((rival) => nameOf(rival.service)))];
  if (harmless())
    return occurrence(
      service,
      place,
      keys,
      `Istio's analyzer sees a conflict with ${listed(names)}; all of them have tcp rules only, which are joined, and each connection has the same rule whichever of them is older`,
      {
        severity: 'info',
        why: 'Tcp rules of several VirtualServices are joined, the oldest first. That only matters where a connection could take rules of two of them.',
        help: 'Nothing has to be done; one VirtualService would be easier to read.',
      },
    );
  const theirs = [...new Set(others.map((rival) => rival.host))];
  const whom = facts.options.mode === 'ambient' ? 'for the mesh' : 'for sidecars';
  const what = theirs.every((host) => host === claim.host)
    ? `${claim.host} ${whom} too`
    : `${listed(theirs)} ${whom}, which ${agree(theirs.length, 'overlaps', 'overlap')} with ${claim.host}`;
  return occurrence(
    service,
    place,
    keys,
    `${listed(names)} ${agree(names.length, 'declares', 'declare')} ${what}: ${orderText(rivals, facts)}`,
    {
      related: others.slice(0, 5).map((rival) => ({
        message: `${nameOf(rival.service)} declares ${rival.host === claim.host ? 'it' : rival.host} here`,
        span: spanAt(rival.service.spec, 'hosts', rival.index),
      })),
    },
  );
}

/** How Istio goes about several of them. */
function orderText(rivals: readonly Claim[], { options }: Facts): string {
  const specs = rivals.map(({ service }) => service.spec);
  const http = specs.filter((spec) => (spec.http ?? []).length > 0).length > 1;
  const l4 = specs.some((spec) => (spec.tcp ?? []).length > 0 || (spec.tls ?? []).length > 0);
  const alike = rivals.every(
    ({ scope, host }) => scope === rivals[0]?.scope && host === rivals[0]?.host,
  );
  const someScopes = new Set(rivals.map(({ scope }) => scope === '*')).size > 1;
  const joined = `rules are joined, ${someScopes ? "those of VirtualServices for this namespace alone first, then the oldest VirtualService's" : "the oldest VirtualService's first"}`;
  const single = `HTTP goes by one of them alone${alike ? ', the oldest that has http rules' : ''}`;
  const order = !http ? joined : l4 ? `tcp and tls ${joined}; ${single}` : single;
  return options.mode === 'ambient' ? `where a waypoint reads them all, ${order}` : order;
}

/**
 * All are admitted, have nothing but tcp rules, each of which is reached by some connection in each order of age, and no connection
 * could take rules of two of them.
 */
function joinsHarmlessly(rivals: readonly Claim[], facts: Facts): boolean {
  const services = [...new Set(rivals.map((rival) => rival.service))];
  const apart = services.every((service) => {
    const { http, tls, tcp } = service.spec;
    const rules = facts.routes().rulesOf(service);
    if ((http ?? []).length > 0 || (tls ?? []).length > 0) return false;
    if (rules.length !== (tcp ?? []).length) return false;
    return rules.every((rule) =>
      [...reachesByAge(rule, facts)].every(({ kind }) => kind === 'reached'),
    );
  });
  return apart && commonConnection(services, facts) === null;
}

function* claims(
  services: readonly Resource<'VirtualService'>[],
  clusterDomain: string,
): Iterable<Claim> {
  for (const service of services) {
    const { gateways, hosts = [], exportTo } = service.spec;
    if (gateways !== undefined && gateways.length > 0 && !gateways.includes('mesh')) continue;
    for (const [index, host] of hosts.entries())
      for (const scope of scopesOf(exportTo, service.namespace))
        yield {
          service,
          index,
          scope,
          host: expandHost(host, service.namespace, clusterDomain),
        };
  }
}
