/** A DestinationRule for a Service of type ExternalName, for which no cluster is made. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Resource, TrafficPolicy } from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const destinationRuleForAlias: LintRule = {
  meta: {
    code: 'TCM1415',
    name: 'destination-rule-for-alias',
    severity: 'warning',
    summary: 'A DestinationRule is for a Service of type ExternalName.',
    why: 'No cluster is made for such a name: what a rule sends there goes to the cluster of the host behind it, and a client that dials it dials that host. Subsets, limits, balancing, ejection and TLS stand on clusters. Where a rule sends to the name, the idleTimeout, maxConnectionDuration and useSourceIp at the top are read all the same.',
    help: 'Write the DestinationRule for the host behind the name.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule', 'Service'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) yield* forAlias(rule, facts);
  },
};

function* forAlias(rule: Resource<'DestinationRule'>, facts: Facts): Iterable<Occurrence> {
  const host = expandHost(rule.spec.host ?? '', rule.namespace, facts.options.clusterDomain);
  const services = facts.mesh.servicesByHost.get(host) ?? [];
  const [alias] = services;
  if (alias === undefined || services.some(({ externalName }) => externalName === null)) return;
  if (!standsOnClusters(rule)) return;
  const behind = alias.externalName ?? '';
  const known = facts.mesh.servicesByHost.has(behind);
  yield occurrence(
    rule,
    rule.spec,
    ['host'],
    `${host} is another name for ${behind} and has no cluster: subsets, limits, balancing and TLS for it have no effect`,
    {
      help: known
        ? `Write \`host: ${behind}\`.`
        : `Add a ServiceEntry for ${behind} and write the DestinationRule for that.`,
      related: [{ message: 'this Service is only a name', span: nameSpan(alias.resource) }],
    },
  );
}

/** Has it anything but what is read for connections of rules that send to the name? */
function standsOnClusters({ spec }: Resource<'DestinationRule'>): boolean {
  return (spec.subsets ?? []).length > 0 || hasMore(spec.trafficPolicy);
}

function hasMore(policy: TrafficPolicy | undefined): boolean {
  const { connectionPool, loadBalancer, ...others } = policy ?? {};
  const { idleTimeout, maxConnectionDuration, ...limits } = connectionPool?.tcp ?? {};
  return (
    isSet(others) ||
    isSet(limits) ||
    connectionPool?.http !== undefined ||
    (loadBalancer !== undefined && loadBalancer.consistentHash?.useSourceIp !== true)
  );
}

function isSet(fields: object): boolean {
  return Object.values(fields).some((value) => value !== undefined);
}
