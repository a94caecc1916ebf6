/** A TCP server of a Gateway that no rule is for. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { resolveGatewayName } from '../../mesh/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { notExportedTo, whyExported } from '../facts/gateway-exclusion.ts';
import { rulesOn, viewsOf } from '../facts/gateway-views.ts';
import {
  isForOtherHosts,
  isForOtherNamespaces,
  listOf,
  ruleFor,
  serverText,
} from '../facts/server-lists.ts';
import { type LintRule, nameOf, nameSpan, nobodyElse, occurrence } from '../rule.ts';

type VirtualService = Resource<'VirtualService'>;

export const gatewayServerWithoutRule: LintRule = {
  meta: {
    code: 'TCM1108',
    name: 'gateway-server-without-rule',
    severity: 'warning',
    summary: 'No tcp or tls rule is for a server of a Gateway, so it opens nothing.',
    why: 'A TCP server has no default. Without a rule for its port the gateway does not listen there, and connections are refused.',
    help: 'Add a tcp rule for the port to a VirtualService that is bound to the Gateway.',
    istio: nobodyElse,
  },
  reads: ['Gateway', 'VirtualService', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    const bound = boundTo(facts);
    for (const gateway of facts.mesh.gateways) {
      // Its VirtualServices may be in other files.
      if (facts.options.refs !== 'require' && !bound.has(`${gateway.namespace}/${gateway.name}`))
        continue;
      const services = bound.get(`${gateway.namespace}/${gateway.name}`) ?? [];
      if (services.some(facts.isRefused)) continue;
      for (const server of silentServers(gateway, facts))
        yield silent(gateway, server, services, facts);
    }
  },
};

/** By `namespace/name` of a Gateway: the VirtualServices that name it. */
function boundTo(facts: Facts): ReadonlyMap<string, readonly VirtualService[]> {
  const bound = new Map<string, VirtualService[]>();
  for (const service of facts.objects.of('VirtualService'))
    for (const written of new Set(service.spec.gateways)) {
      const name = resolveGatewayName(written, service.namespace);
      const known = bound.get(name);
      if (known === undefined) bound.set(name, [service]);
      else known.push(service);
    }
  return bound;
}

/** A rule of the other list is what most often stands there instead. */
function silent(
  gateway: Resource<'Gateway'>,
  server: Server,
  services: readonly VirtualService[],
  facts: Facts,
): Occurrence {
  const list = listOf(server) === 'tls' ? 'tls' : 'tcp';
  const other = list === 'tls' ? 'tcp' : 'tls';
  // One that another server uses is not meant for this one.
  const used = new Set(viewsOf(gateway, facts).flatMap((view) => [...rulesOn(gateway, view)]));
  const misplaced = services.flatMap((service) => {
    const rule = ruleFor(service, other, gateway, server, facts);
    return rule === null || used.has(rule) ? [] : [{ service, rule }];
  });
  const [wrong] = misplaced;
  const place = server.port ?? server;
  const keys = server.port === undefined ? [] : ['number'];
  const listening = `nothing listens on port ${serverText(server)}`;
  const [unused] = services.flatMap(
    (service) => whyLeftOut(service, list, gateway, server, facts) ?? [],
  );
  if (wrong === undefined && unused !== undefined) {
    const { reason, ...more } = unused;
    return occurrence(gateway, place, keys, `${listening}: ${reason}`, more);
  }
  const reason =
    wrong === undefined
      ? 'no rule of a VirtualService that is bound to this Gateway is for it'
      : `it has no use for the ${other} rule of ${nameOf(wrong.service)}`;
  return occurrence(gateway, place, keys, `${listening}: ${reason}`, {
    ...(list === 'tls' ? { why: whyTls, help: helpTls } : {}),
    ...(list === 'tcp' && wrong !== undefined ? { help: helpTcp } : {}),
    related:
      wrong === undefined
        ? []
        : [{ message: `the ${other} rule is here`, span: spanAt(wrong.rule) }],
  });
}

/** Of a VirtualService that is bound to the Gateway and has a rule for the server. */
function whyLeftOut(
  service: VirtualService,
  list: 'tcp' | 'tls',
  gateway: Resource<'Gateway'>,
  server: Server,
  facts: Facts,
) {
  const { namespace } = service;
  const related = [{ message: 'this has a rule for it', span: nameSpan(service) }];
  const unseen = notExportedTo(gateway, service, facts);
  if (unseen !== null && ruleFor(service, list, gateway, server, facts) !== null) {
    const { where, missing } = unseen;
    return {
      reason: `${nameOf(service)} has a rule for it, but is not exported to ${where}`,
      why: whyExported,
      help: `Add ${missing} to the exportTo of the VirtualService.`,
      related,
    };
  }
  if (isForOtherHosts(service, list, gateway, server, facts)) {
    const { hosts = [] } = service.spec;
    return {
      reason: `${nameOf(service)} has a rule for it, but not for a host of it: the server is for ${listed(server.hosts ?? [])}, the rule for ${listed(hosts)}`,
      why: 'A server uses the VirtualServices that have a host in common with it.',
      help: `Add ${hosts[0]} to the hosts of the server, or write one of the server's into the VirtualService.`,
      related,
    };
  }
  if (!isForOtherNamespaces(service, list, gateway, server, facts)) return null;
  return {
    reason: `${nameOf(service)} has a rule for it, but is in namespace ${namespace}, and the server is for ${listed(server.hosts ?? [])} alone`,
    why: 'The part of a host before the slash says whose VirtualServices the server takes.',
    help: `Add \`${namespace}/${service.spec.hosts?.[0] ?? '*'}\` to the hosts of the server.`,
    related,
  };
}

const whyTls =
  'A server that passes TLS on goes by the server name, which only tls rules look at. Without one for its port the gateway does not listen there, and connections are refused.';
const helpTls =
  'Write a tls rule with the sniHosts of the server, or let the server terminate TLS (mode: SIMPLE), which makes it one for tcp rules.';
const helpTcp =
  'Write a tcp rule for the port, or let the server pass TLS on (protocol: TLS, mode: PASSTHROUGH), which makes it one for tls rules.';

/** The servers of a Gateway that open nothing, on whichever of its workloads. */
function silentServers(gateway: Resource<'Gateway'>, facts: Facts): readonly Server[] {
  const silent = new Map<Server, number>();
  const views = viewsOf(gateway, facts);
  for (const view of views)
    for (const { gateway: owner, server, port, bind } of view.gateway.servers.taken) {
      if (owner !== gateway || view.gateway.byPort.get(port)?.has(bind)) continue;
      silent.set(server, (silent.get(server) ?? 0) + 1);
    }
  return [...silent].filter(([, times]) => times === views.length).map(([server]) => server);
}
