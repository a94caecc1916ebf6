/** Rules for a host that none of their clients sees. */

import type { Occurrence } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { isVisible, type MeshService } from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { isExportedTo } from '../facts/exported-to.ts';
import type { Facts } from '../facts/facts.ts';
import type { Attempt } from '../facts/reach.ts';
import { placeOf } from '../facts/rule-place.ts';
import { type LintRule, nameOf, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const hostNotSeen: LintRule = {
  meta: {
    code: 'TCM1211',
    name: 'host-not-seen',
    severity: 'warning',
    summary: 'No client that a rule is for sees the host of its VirtualService.',
    why: 'A sidecar has listeners for the services that are exported to its namespace and that its Sidecar resource imports. For any other service rules change nothing: its connections pass through, or are closed where REGISTRY_ONLY says so.',
    help: 'Import the host in the Sidecar of the clients, and export it to their namespace.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Sidecar'],
  kiali: null,
  *check(facts) {
    for (const { resource } of facts.mesh.virtualServices.all) yield* unseen(resource, facts);
  },
};

type Unseen = {
  readonly rule: Rule;
  readonly match: number;
  readonly from: Attempt['call']['from'];
};

function* unseen(service: Resource<'VirtualService'>, facts: Facts): Iterable<Occurrence> {
  const [first, ...others] = facts.routes().boundTo(service).services;
  const rules = facts.routes().rulesOf(service);
  if (first === undefined || rules.length === 0) return;
  const services = [first, ...others] as const;
  const matches = rules.flatMap((rule) =>
    rule.matches.length === 0
      ? [{ rule, match: -1 }]
      : [...rule.matches.keys()].map((match) => ({ rule, match })),
  );
  const found: Unseen[] = [];
  for (const { rule, match } of matches) {
    const from = blindClient(rule, match, services, facts);
    if (from !== null) found.push({ rule, match, from });
  }
  const { hosts } = service.spec;
  const [any] = found;
  if (any !== undefined && found.length === matches.length && hosts !== undefined)
    yield occurrence(service, hosts, [0], ...reason('these rules are', any, services, facts));
  else
    for (const one of found) {
      const place = one.rule.matches[one.match]?.value ?? placeOf(one.rule);
      yield occurrence(service, place, [], ...reason('this is', one, services, facts));
    }
}

/** One of the clients that the match is for, where none of them sees any of the services; else null. */
function blindClient(
  rule: Rule,
  match: number,
  services: readonly MeshService[],
  facts: Facts,
): Unseen['from'] | null {
  const reach = facts.routes().reachOfMatch(rule, match);
  if (reach.kind !== 'never') return null;
  const clients = reach.attempts.map(({ call }) => call.from);
  if (clients.some(({ kind }) => kind !== 'sidecar')) return null;
  const meant = clients.filter(({ namespace }) =>
    isExportedTo(rule.virtualService, namespace, facts),
  );
  const sees = (from: Unseen['from']): boolean => {
    const { view } = facts.routes().compiled(from);
    return services.some(({ host }) => view.services.has(host));
  };
  return meant.some(sees) ? null : (meant[0] ?? null);
}

function reason(
  what: string,
  { from }: Unseen,
  services: readonly [MeshService, ...MeshService[]],
  facts: Facts,
): [string, Pick<Occurrence, 'help' | 'related'>] {
  const { namespace } = from;
  const compiled = facts.routes().compiled(from);
  const [{ host, resource, namespace: home }] = services;
  const message = `no client that ${what} for sees ${host}`;
  const exported = services.some((one) => isVisible(one.visibility, one.namespace, namespace));
  const sidecar = compiled.kind === 'sidecar' ? compiled.scope.sidecar : null;
  if (exported && sidecar !== null)
    return [
      `${message}: ${nameOf(sidecar)} does not import it into ${namespace}`,
      {
        help: `Add "${home}/${host}" to the hosts of its egress.`,
        related: [{ message: 'it imports other hosts', span: spanAt(sidecar.spec, 'egress') }],
      },
    ];
  if (!facts.mesh.discovery.reads(home))
    return [
      `${message}: Istio passes over namespace ${home}, where ${nameOf(resource)} is`,
      {
        help: `Let the mesh's discoverySelectors name ${home}.`,
        related: [{ message: 'it is defined here', span: nameSpan(resource) }],
      },
    ];
  return [
    `${message}: ${nameOf(resource)} is not exported to ${namespace}`,
    {
      help: `Export it to ${namespace}, or write the rule for other clients.`,
      related: [{ message: 'it is defined here', span: nameSpan(resource) }],
    },
  ];
}
