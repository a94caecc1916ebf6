/** A route sends to a subset that no DestinationRule defines for its host. */

import type { Fix, Related } from '../../diagnostic/index.ts';
import { unnamedNamespace } from '../../expectation/index.ts';
import { type Placed, pathAt, type Resource, spanAt } from '../../resource/index.ts';
import { anyOf, closest, listed, onlyClose } from '../../text/index.ts';
import { isSettled, moveTogether } from '../facts/built-namespaces.ts';
import { destinationsOf } from '../facts/destinations.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import type { Facts } from '../facts/facts.ts';
import { hostMeant } from '../facts/host-meant.ts';
import { expandHost, hostKey } from '../facts/host-name.ts';
import { judgesHost } from '../facts/judged-host.ts';
import { type Loss, lossOf } from '../facts/lost-calls.ts';
import { type SubsetGotten, subsetClientsGet } from '../facts/subset-clients-get.ts';
import { writeField } from '../mend.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence } from '../rule.ts';

export const unknownSubset: LintRule = {
  meta: {
    code: 'IST0101',
    name: 'unknown-subset',
    severity: 'error',
    summary: 'A route sends to a subset that no DestinationRule defines for that host.',
    why: 'The cluster of the subset does not exist, and Istio does not fall back to the whole service: every connection that takes the route is accepted and closed at once, every HTTP request answered 503.',
    help: 'Define the subset in a DestinationRule for the host of the destination, or correct its name.',
    istio: analyzer('IST0101', 'analyzers/virtualservice/destinationrules.go'),
  },
  reads: ['VirtualService', 'DestinationRule'],
  kiali: 'KIA1107',
  *check(facts) {
    if (!facts.judges('subsets')) return;
    for (const service of facts.objects.of('VirtualService'))
      for (const use of destinationsOf(service)) {
        const { destination, place } = use;
        const { host = '', subset = '' } = destination ?? {};
        if (subset === '') continue;
        const known = facts.subsets().of(host, service.namespace);
        if (known.some((defined) => defined.subset.name === subset)) continue;
        const fqdn = expandHost(host, service.namespace, facts.options.clusterDomain);
        const loss = lossOf(use, service, facts);
        const gotten = subsetClientsGet(fqdn, subset, service, facts);
        if (gotten !== null) {
          const { message, ...more } = notFoundByAnalyzer(subset, fqdn, gotten, loss);
          yield occurrence(service, place, ['subset'], message, more);
          continue;
        }
        const replaced = inAlternative(fqdn, subset, loss, facts);
        if (replaced !== null) {
          yield occurrence(service, place, ['subset'], replacedMessage(subset, fqdn), replaced);
          continue;
        }
        const names = [...new Set(known.flatMap((defined) => defined.subset.name || []))];
        yield occurrence(
          service,
          place,
          ['subset'],
          `no DestinationRule defines the subset ${subset} of ${fqdn}: ${loss.so}`,
          {
            severity: loss.severity,
            why: `The cluster of the subset does not exist, and Istio does not fall back to the whole service: ${loss.each}.`,
            ...(hintOfHost(host, subset, service, facts) ??
              hint({ host, fqdn, subset, names }, service, facts)),
            guess: guessAt(place, subset, names),
          },
        );
      }
  },
};

function notFoundByAnalyzer(subset: string, fqdn: string, gotten: SubsetGotten, { so }: Loss) {
  const { rule, without } = gotten;
  const related = [{ message: 'it is for this host', span: spanAt(rule.spec, 'host') }];
  const unfound = `Istio's analyzer does not find the subset ${subset} of ${fqdn}`;
  if (without.length === 0)
    return {
      message: `${unfound}; clients get ${nameOf(rule)}, which defines it`,
      severity: 'info',
      why: 'The analyzer compares hosts word for word; a proxy takes the DestinationRule that fits best, one for a wildcard too.',
      help: 'Nothing has to be done.',
      related,
    } as const;
  return {
    message: `${unfound}; clients in ${clients(gotten.with)} get ${nameOf(rule)}, which defines it, those in ${clients(without)} do not`,
    severity: 'warning',
    why: `A proxy takes one DestinationRule for a host, that which fits best. Where it lacks the subset, ${so}.`,
    help: 'Define the subset in every DestinationRule for the host that clients get.',
    related,
  } as const;
}

function clients(namespaces: readonly string[]): string {
  return listed(
    namespaces.map((name) => (name === unnamedNamespace ? 'namespaces that no file names' : name)),
  );
}

const replacedMessage = (subset: string, fqdn: string): string =>
  `the subset ${subset} of ${fqdn} is only in a DestinationRule that a later document replaces`;

/** Files that are alternatives of one another are seldom meant to be applied together. */
function inAlternative(fqdn: string, subset: string, { each }: Loss, facts: Facts) {
  for (const { earlier, later } of facts.objects.replaced.toReversed()) {
    if (earlier.kind !== 'DestinationRule' || later.kind !== 'DestinationRule') continue;
    const { host = '', subsets = [] } = earlier.spec;
    if (expandHost(host, earlier.namespace, facts.options.clusterDomain) !== fqdn) continue;
    const defined = subsets.find(({ name }) => name === subset);
    if (defined === undefined) continue;
    return {
      severity: 'warning',
      why: `A cluster keeps the document that was applied last. If these files are applied together, ${each}.`,
      help: `Validate the files that belong together, or put the subset into ${nameOf(later)} here too.`,
      related: [
        { message: 'the subset is defined here', span: spanAt(defined, 'name') },
        { message: `this replaces that ${nameOf(earlier)}`, span: nameSpan(later) },
      ],
    } as const;
  }
  return null;
}

function guessAt(place: Placed, subset: string, names: readonly string[]): Fix | undefined {
  const meant = onlyClose(subset, names);
  return meant === null ? undefined : writeField(place, 'subset', meant);
}

/** The host itself is what has to be corrected; null where something defines it. */
function hintOfHost(
  host: string,
  subset: string,
  service: Resource<'VirtualService'>,
  facts: Facts,
): Hint | null {
  const { namespace, spec } = service;
  const fqdn = expandHost(host, namespace, facts.options.clusterDomain);
  if (!judgesHost(fqdn, facts)) return null;
  if (facts.hosts().lookup(host, namespace, spec.exportTo) !== undefined) return null;
  if (facts.hosts().anywhere(fqdn) !== undefined) return null;
  const { hosts } = hostMeant(host, fqdn, service, facts);
  if (hosts.length === 0) return null;
  for (const meant of hosts) {
    const found = facts
      .subsets()
      .of(meant, namespace)
      .find((one) => one.subset.name === subset);
    if (found === undefined) continue;
    const who = nameOf(found.rule);
    return {
      help: `Write ${meant} as the host of the destination: ${who} defines ${subset} for it.`,
      related: [{ message: `${who} is for this host`, span: spanAt(found.rule.spec, 'host') }],
    };
  }
  return {
    help: `Correct the host of the destination first (${anyOf(hosts)}?), then define the subset in a DestinationRule for it.`,
    related: [],
  };
}

type Hint = { readonly help: string; readonly related: readonly Related[] };

/** host: as it is written, fqdn: as Istio completes it; names: of the subsets that are defined for it. */
type Wanted = {
  readonly host: string;
  readonly fqdn: string;
  readonly subset: string;
  readonly names: readonly string[];
};

function hint(wanted: Wanted, service: Resource<'VirtualService'>, facts: Facts): Hint {
  const { subset, names } = wanted;
  if (names.length > 0) return hintOfNames(wanted, service, facts);
  const elsewhere = hintOfOtherHost(wanted, service, facts);
  if (elsewhere !== null) return elsewhere;
  const sameHost = ruleOfSameHost(wanted, service, facts);
  if (sameHost !== undefined)
    return { help: `Add the subset ${subset} to ${nameOf(sameHost)}.`, related: [] };
  return (
    hintOfDottedHost(wanted, facts) ?? {
      help: `Add a DestinationRule for ${nameFor(wanted, service, facts)} with a subset ${subset}.`,
      related: [],
    }
  );
}

/** What a kustomization moves has no full name yet; what goes with it knows the short one. */
function nameFor({ host, fqdn }: Wanted, service: Resource, facts: Facts): string {
  return isSettled(service, facts) ? fqdn : host;
}

function hintOfNames(
  { fqdn, subset, names }: Wanted,
  { namespace }: Resource<'VirtualService'>,
  facts: Facts,
): Hint {
  const meant = closest(subset, names);
  const rule = facts.subsets().of(fqdn, namespace)[0]?.rule;
  return {
    help:
      meant === null
        ? `Add the subset to the DestinationRule, or use ${anyOf(names)}.`
        : `Did you mean ${meant}?`,
    related:
      rule === undefined
        ? []
        : [
            {
              message: `${nameOf(rule)} defines ${listed(names)}`,
              span: spanAt(rule.spec, 'subsets'),
            },
          ],
  };
}

/** A DestinationRule nearby has the subset, for a host that is not there. */
function hintOfOtherHost(
  wanted: Wanted,
  service: Resource<'VirtualService'>,
  facts: Facts,
): Hint | null {
  const { subset, fqdn } = wanted;
  const near = [service.namespace, fqdn.split('.')[1]];
  const found = facts
    .subsets()
    .named(subset)
    .filter(({ rule }) => near.includes(rule.namespace))
    .filter(({ rule }) => isSettled(service, facts) || moveTogether(rule, service, facts))
    .find(({ rule }) => !isKnown(rule, facts));
  if (found === undefined) return null;
  const { rule } = found;
  return {
    help: `Write ${nameFor(wanted, service, facts)} as the host of ${nameOf(rule)}, if it is meant for this service.`,
    related: [
      {
        message: `${nameOf(rule)} defines a subset ${subset}, but for the host ${rule.spec.host ?? ''} (${pathAt(rule.spec, 'host')})`,
        span: spanAt(rule.spec, 'host'),
      },
    ],
  };
}

function ruleOfSameHost(
  { fqdn }: Wanted,
  { namespace }: Resource<'VirtualService'>,
  { objects, options: { clusterDomain } }: Facts,
): Resource<'DestinationRule'> | undefined {
  const wanted = hostKey(fqdn, namespace, clusterDomain);
  return objects
    .of('DestinationRule')
    .find((rule) => hostKey(rule.spec.host ?? '', rule.namespace, clusterDomain) === wanted);
}

/** A DestinationRule is for `db.shop`, which Istio does not complete. */
function hintOfDottedHost({ fqdn, subset }: Wanted, facts: Facts): Hint | null {
  const nearly = facts.objects
    .of('DestinationRule')
    .find(({ spec }) => serviceMeantBy(spec.host ?? '', facts) === fqdn);
  if (nearly === undefined) return null;
  const meant = closest(
    subset,
    (nearly.spec.subsets ?? []).map(({ name = '' }) => name),
  );
  const next = meant === null ? `add the subset ${subset} to it` : `${meant} as the subset here`;
  return {
    help: `Write ${fqdn} as the host of ${nameOf(nearly)}, and ${next}.`,
    related: [
      {
        message: `${nameOf(nearly)} is for the host ${nearly.spec.host ?? ''}`,
        span: spanAt(nearly.spec, 'host'),
      },
    ],
  };
}

/** What is for a host that is there is hardly meant for another. */
function isKnown({ spec, namespace }: Resource<'DestinationRule'>, facts: Facts): boolean {
  const { host = '', exportTo } = spec;
  return facts.hosts().lookup(host, namespace, exportTo) !== undefined;
}
