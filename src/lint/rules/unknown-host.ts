/** A route sends to a host that nothing defines. */

import type { Fix, Occurrence } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { isServiceHost } from '../../mesh/index.ts';
import type { Placed, Resource } from '../../resource/index.ts';
import { agree, anyOf, listed, onlyClose } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import {
  type BrokenDestination,
  brokenDestinations,
  isOnlySupposed,
} from '../facts/destination-problems.ts';
import { type DestinationUse, destinationsOf } from '../facts/destinations.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import { isExportedTo, namespacesExportedTo } from '../facts/exported-to.ts';
import type { Facts } from '../facts/facts.ts';
import { firstPartsUnder, hostMeant } from '../facts/host-meant.ts';
import { expandHost } from '../facts/host-name.ts';
import { judgesHost } from '../facts/judged-host.ts';
import type { KnownHost } from '../facts/known-hosts.ts';
import { lazyFor } from '../facts/lazy.ts';
import { type Loss, lossOf } from '../facts/lost-calls.ts';
import { writeField } from '../mend.ts';
import { analyzer, type LintRule, type More, nameOf, nameSpan, occurrence } from '../rule.ts';

export const unknownHost: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'unknown-host',
    severity: 'error',
    summary: 'A route sends to a host that no Service or ServiceEntry defines.',
    why: 'Istio still builds the route, to a cluster that does not exist: every connection that takes the route is accepted and closed at once, every HTTP request answered 503.',
    help: 'Name a Service (name.namespace.svc.cluster.local) or add a ServiceEntry for the host.',
    istio: analyzer('IST0101', 'analyzers/virtualservice/destinationhosts.go'),
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: 'KIA1101',
  *check(facts) {
    if (!facts.judges('services') && !facts.judges('hosts')) return;
    for (const service of facts.objects.of('VirtualService')) yield* unknownHostsOf(service, facts);
  },
};

function* unknownHostsOf(service: Resource<'VirtualService'>, facts: Facts): Iterable<Occurrence> {
  const { clusterDomain } = facts.options;
  for (const use of destinationsOf(service)) {
    const { destination, place } = use;
    const host = destination?.host ?? '';
    if (facts.hosts().lookup(host, service.namespace, service.spec.exportTo) !== undefined)
      continue;
    const fqdn = expandHost(host, service.namespace, clusterDomain);
    if (!judgesHost(fqdn, facts)) continue;
    const hidden = facts.hosts().anywhere(fqdn);
    if (hidden !== undefined) {
      yield notExported(service, use, fqdn, hidden.resource, facts);
      continue;
    }
    const loss = lossOf(use, service, facts);
    yield occurrence(
      service,
      place,
      ['host'],
      host === ''
        ? 'a route entry has no destination host'
        : `nothing defines the host ${host}${fqdn === host ? '' : ` (${fqdn})`}: ${loss.so}`,
      {
        severity: loss.severity,
        why: whyOf(loss),
        help: helpFor(host, fqdn, service, facts),
        fix: completed(place, host, facts),
        guess: guessAt(place, host, fqdn, facts),
      },
    );
  }
}

const whyOf = ({ each }: Loss): string =>
  `Istio still builds the route, to a cluster that does not exist: ${each}.`;

/** Of `db.shop`. What goes there is closed at once as it is. */
function completed(place: Placed, host: string, facts: Facts): Fix | undefined {
  const meant = serviceMeantBy(host, facts);
  return meant === null ? undefined : writeField(place, 'host', meant);
}

/**
 * The host is there, but not for everybody. The analyzer looks from the namespace of the VirtualService, or among what is for
 * everybody; what a client sees is what its own namespace is shown.
 */
function notExported(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  fqdn: string,
  hidden: KnownHost['resource'],
  facts: Facts,
): Occurrence {
  const { namespace } = service;
  const exports = nameOf(hidden);
  const related = [{ message: 'it is defined here', span: nameSpan(hidden) }];
  const at = (message: string, more: More) =>
    occurrence(service, use.place, ['host'], message, { ...more, related });
  const broken = withoutCluster(facts).get(use.place);
  const isHere = hidden.namespace === namespace;
  const others = broken !== undefined && isOnlySupposed(broken, facts);
  if (broken !== undefined && !(isHere && others))
    return at(
      `the host ${fqdn} exists, but ${exports} is not exported to everybody: ${connectionText(broken.call, broken.fine)} is closed at once`,
      {
        severity: others ? 'warning' : 'error',
        why: 'A client has a cluster for a host only where it sees it: from elsewhere every connection that takes the route is accepted and closed at once.',
        help: `Export ${exports} to these clients, or the VirtualService only to those who see it.`,
      },
    );
  if (broken === undefined && isReached(service, use, facts))
    return at(
      `Istio's analyzer calls the host ${fqdn} unknown, for ${exports} is not exported to ${
        isHere ? 'everybody' : namespace
      }; the clients that this rule is for see it`,
      {
        severity: 'info',
        why: 'The analyzer looks from the namespace of the VirtualService, or only among what is exported to everybody. A client has a cluster for every host that its own namespace sees.',
        help: 'Nothing has to be done.',
      },
    );
  const blind = blindTo(hidden, service, facts);
  const [one] = blind;
  if (one === undefined)
    return at(
      `Istio's analyzer calls the host ${fqdn} unknown, for ${exports} is not exported to everybody; clients in ${namespace} reach it all the same${others ? ', others do not' : ''}`,
      {
        severity: 'info',
        why: 'The analyzer looks only among what is exported to everybody; proxies of this namespace see the host too.',
        help: 'Nothing, if only clients of this namespace are meant; else export the Service.',
      },
    );
  const loss = lossOf(use, service, facts);
  const named = `${agree(blind.length, 'namespace', 'namespaces')} ${listed(blind)}`;
  const which =
    one === namespace
      ? ''
      : `, ${agree(blind.length, 'the only one that sees', 'the only ones that see')} the VirtualService`;
  return at(`the host ${fqdn} exists, but ${exports} is not exported to ${named}${which}`, {
    severity: loss.severity,
    why: whyOf(loss),
    help: `Export ${exports} to ${listed(blind)}, or send elsewhere.`,
  });
}

/** Namespaces that have the VirtualService, and not the host: its own, or where it is not exported there, those that it is exported to. */
function blindTo(
  hidden: KnownHost['resource'],
  service: Resource<'VirtualService'>,
  facts: Facts,
): readonly string[] {
  const { namespace } = service;
  if (hidden.namespace !== namespace) return [namespace];
  if (isExportedTo(service, namespace, facts)) return [];
  // The analyzer has looked for the host among what is exported to these.
  return namespacesExportedTo(service, facts);
}

/** By what a finding points at. Thousands of hosts may be hidden. */
const withoutCluster = lazyFor((facts: Facts): ReadonlyMap<Placed, BrokenDestination> => {
  const lost = brokenDestinations(facts).filter(({ share }) => share.problem === 'no-such-cluster');
  return new Map(lost.map((broken) => [broken.entry.destination ?? broken.entry, broken]));
});

function isReached(
  service: Resource<'VirtualService'>,
  use: DestinationUse,
  facts: Facts,
): boolean {
  const of = facts.routes().rules.find((rule) => isOf(rule, service, use));
  return of !== undefined && facts.routes().reach(of).kind === 'reached';
}

function isOf(
  { list, number, virtualService }: Rule,
  service: Resource<'VirtualService'>,
  use: DestinationUse,
): boolean {
  return virtualService === service && list === use.protocol && number === use.rule + 1;
}

/** A Service of the same namespace, or an external host; the suffix that all Services share says nothing of how near they are. */
function guessAt(place: Placed, host: string, fqdn: string, facts: Facts): Fix | undefined {
  const { settled: names } = facts.hosts();
  const dot = fqdn.indexOf('.');
  const suffix = fqdn.slice(dot);
  if (!isServiceHost(suffix, facts.options.clusterDomain)) {
    const meant = onlyClose(host, names);
    return meant === null ? undefined : writeField(place, 'host', meant);
  }
  const meant = onlyClose(fqdn.slice(0, dot), firstPartsUnder(suffix, names));
  return meant === null
    ? undefined
    : writeField(place, 'host', host === fqdn ? meant + suffix : meant);
}

function helpFor(host: string, fqdn: string, service: Resource, facts: Facts): string {
  const { settled: names } = facts.hosts();
  const { hosts, dotted } = hostMeant(host, fqdn, service, facts);
  if (dotted) return `Write ${anyOf(hosts)}: Istio completes only names without a dot.`;
  if (hosts.length > 0) return `Did you mean ${anyOf(hosts)}?`;
  return names.length === 0
    ? 'Add the Service or ServiceEntry that defines it.'
    : `Name a host that is defined (${listed(names)}), or add a Service or ServiceEntry for it.`;
}
