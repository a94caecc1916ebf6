/** No host of a VirtualService is one that its Gateway serves. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { hostsOverlap } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { spanAt } from '../../resource/index.ts';
import { agree, listed, type Span } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { hostsServedTo } from '../facts/gateway-exclusion.ts';
import { isInternalGateway, legacyGatewayName, lookupName } from '../facts/gateway-names.ts';
import { analyzer, type LintRule, nameOf, occurrence, qualifiedName } from '../rule.ts';

export const hostNotInGateway: LintRule = {
  meta: {
    code: 'IST0132',
    name: 'host-not-in-gateway',
    severity: 'warning',
    summary: 'No host of a VirtualService is among the hosts of the Gateway that it is bound to.',
    why: 'Istio uses a VirtualService on a server only if their hosts overlap, on plain TCP too: the rules are never used on that Gateway.',
    help: 'Add the host to a server of the Gateway, or `*` for plain TCP, where hosts separate nothing.',
    istio: analyzer('IST0132', 'analyzers/virtualservice/gateways.go'),
  },
  reads: ['VirtualService', 'Gateway'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('gateways')) return;
    for (const service of facts.objects.of('VirtualService')) {
      const named = service.spec.gateways;
      for (const [i, name] of (named ?? []).entries())
        if (named !== undefined && name !== 'mesh' && !isInternalGateway(name))
          yield* bindingWithoutHost(service, named, i, facts);
    }
  },
};

type VirtualService = Resource<'VirtualService'>;

function* bindingWithoutHost(
  service: VirtualService,
  named: NonNullable<VirtualService['spec']['gateways']>,
  index: number,
  facts: Facts,
): Iterable<Occurrence> {
  const name = named[index] ?? '';
  const hosts = service.spec.hosts ?? [];
  const [namespace, short] = lookupName(name, service.namespace);
  const gateway = facts.objects.find('Gateway', namespace, short);
  if (gateway === undefined) {
    const legacy = legacyGatewayName(name);
    const old = legacy && facts.objects.find('Gateway', legacy.namespace, legacy.name);
    const message =
      old && overlaps(hosts, old, service.namespace)
        ? `Istio's analyzer finds no host of the Gateway ${name}; Istiod reads this old form as ${qualifiedName(old)}, which serves the host`
        : `no host is served by Gateway ${namespace}/${short}, for there is no such Gateway`;
    yield occurrence(service, named, [index], message, {
      severity: 'info',
      why: old
        ? 'Istiod takes the first two parts of a name with dots for name and namespace, so the rules are used; the analyzer does not know that form.'
        : 'That the Gateway is missing is what matters, and a finding of its own.',
      help: old ? `Write ${qualifiedName(old)}.` : 'Correct the name of the Gateway.',
    });
    return;
  }
  if (overlaps(hosts, gateway, service.namespace)) return;
  const served = hostsServedTo(service.namespace, gateway);
  const offer =
    served.length === 0
      ? `nothing to namespace ${service.namespace}`
      : `${listed(served)}, which ${agree(served.length, 'has', 'have')} nothing in common with ${listed(hosts)}`;
  const nowhere = service.spec.hosts === undefined || hosts.length === 0;
  yield occurrence(
    service,
    nowhere ? named : (service.spec.hosts ?? named),
    nowhere ? [index] : [],
    nowhere
      ? `the VirtualService has no hosts, so ${nameOf(gateway)} never uses it`
      : `${nameOf(gateway)} serves ${offer}: it never uses the rules`,
    {
      ...(served.length === 0 && !nowhere
        ? {
            help: `Open a server of the Gateway to it: \`${service.namespace}/${hosts[0] ?? '*'}\` among its hosts.`,
          }
        : {}),
      related: [{ message: 'the hosts of the Gateway are here', span: hostsOf(gateway) }],
    },
  );
}

/** Those of its server; the list of servers where there are several. */
function hostsOf({ spec }: Resource<'Gateway'>): Span {
  const [server, another] = spec.servers ?? [];
  return server === undefined || another !== undefined
    ? spanAt(spec, 'servers')
    : spanAt(server, 'hosts');
}

function overlaps(
  hosts: readonly string[],
  gateway: Resource<'Gateway'>,
  namespace: string,
): boolean {
  const served = hostsServedTo(namespace, gateway);
  return hosts.some((host) => served.some((other) => hostsOverlap(host, other)));
}
