/** Says once which references could not be judged, for the input has nothing that would define them. */

import { isServiceHost } from '../../mesh/index.ts';
import type { Kind, Resource } from '../../resource/index.ts';
import { count, listed } from '../../text/index.ts';
import { destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { firstClaim } from '../facts/jwt-claims.ts';
import { isStandardGateway } from '../facts/selectors.ts';
import { writesItsEndpoints } from '../facts/written-endpoints.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Unchecked = { readonly resource: Resource; readonly what: string; readonly wants: string };

export const referencesNotChecked: LintRule = {
  meta: {
    code: 'TCM1001',
    name: 'references-not-checked',
    severity: 'info',
    summary: 'References were not checked, for nothing in the input could define them.',
    why: 'A name that is not among these files may well be in the cluster, so nothing is said about it. A typing error in it is not found either.',
    help: 'Give the files that define the names too; or say `--refs require` where the input is all that the cluster holds, `--refs ignore` to leave this out.',
    istio: nobodyElse,
  },
  reads: [
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'Sidecar',
    'Service',
    'ServiceEntry',
    'Pod',
  ],
  kiali: null,
  *check(facts) {
    if (facts.options.refs !== 'auto') return;
    let first: Resource | undefined;
    const names = new Map<string, Set<string>>();
    for (const { resource, what, wants } of uncheckedIn(facts)) {
      first ??= resource;
      const known = names.get(wants);
      if (known === undefined) names.set(wants, new Set([what]));
      else known.add(what);
    }
    if (first === undefined) return;
    const kinds = [...names].map(
      ([want, { size }]) => `${count(size, nounOf(want))} (no ${want} here)`,
    );
    yield occurrence(
      first,
      first.metadata,
      ['name'],
      `not checked, for the files that would define them are not among these: ${listed(kinds, 9)}`,
    );
  },
};

function nounOf(want: string): string {
  switch (want) {
    case 'Service':
    case 'Service or ServiceEntry':
      return 'host';
    case 'DestinationRule':
      return 'subset';
    case 'Gateway':
      return 'Gateway';
    case 'Secret':
      return 'Secret';
    case 'RequestAuthentication':
      return 'claim';
    default:
      return 'selector';
  }
}

function* uncheckedIn(facts: Facts): Iterable<Unchecked> {
  for (const service of facts.objects.of('VirtualService')) yield* ofVirtualService(service, facts);
  for (const rule of facts.objects.of('DestinationRule')) {
    yield* host(rule, rule.spec.host ?? '', facts);
    if (!facts.judges('pods') && (rule.spec.subsets ?? []).length > 0 && wantsPods(rule, facts))
      yield { resource: rule, what: `subsets of ${rule.name}`, wants: 'Pod or Deployment' };
  }
  yield* secrets(facts);
  if (facts.judges('pods')) return;
  for (const kind of ['Gateway', 'Sidecar'] as const)
    for (const resource of facts.objects.of<Kind & typeof kind>(kind)) {
      const selector =
        resource.kind === 'Gateway'
          ? resource.spec.selector
          : resource.spec.workloadSelector?.labels;
      if (selector === undefined || isStandardGateway(selector)) continue;
      yield { resource, what: `${kind} ${resource.name}`, wants: 'Pod or Deployment' };
    }
}

function wantsPods({ spec, namespace }: Resource<'DestinationRule'>, { hosts }: Facts): boolean {
  const known = hosts().lookup(spec.host ?? '', namespace, spec.exportTo);
  return known === undefined || !writesItsEndpoints(known.resource);
}

function* secrets(facts: Facts): Iterable<Unchecked> {
  if (facts.judges('secrets')) return;
  for (const resource of facts.objects.of('Gateway'))
    for (const { tls } of resource.spec.servers ?? []) {
      const { credentialName = '' } = tls ?? {};
      if (credentialName !== '') yield { resource, what: credentialName, wants: 'Secret' };
    }
}

function* ofVirtualService(service: Resource<'VirtualService'>, facts: Facts): Iterable<Unchecked> {
  const { gateways } = service.spec;
  for (const { destination } of destinationsOf(service)) {
    const { subset = '' } = destination ?? {};
    yield* host(service, destination?.host ?? '', facts);
    if (subset !== '' && !facts.judges('subsets'))
      yield { resource: service, what: `${destination?.host} ${subset}`, wants: 'DestinationRule' };
  }
  const claim =
    facts.judges('tokens') || (gateways ?? []).length === 0 ? null : firstClaim(service);
  if (claim !== null)
    yield { resource: service, what: claim.claim, wants: 'RequestAuthentication' };
  if (facts.judges('gateways')) return;
  for (const name of gateways ?? [])
    if (name !== 'mesh') yield { resource: service, what: name, wants: 'Gateway' };
}

function* host(resource: Resource, name: string, facts: Facts): Iterable<Unchecked> {
  if (facts.judges('services') && facts.judges('hosts')) return;
  const { clusterDomain } = facts.options;
  const fqdn = expandHost(name, resource.namespace, clusterDomain);
  if (name === '' || facts.hosts().anywhere(fqdn) !== undefined) return;
  const inCluster = isServiceHost(fqdn, clusterDomain);
  if (facts.judges(inCluster ? 'services' : 'hosts')) return;
  yield { resource, what: fqdn, wants: inCluster ? 'Service' : 'Service or ServiceEntry' };
}
