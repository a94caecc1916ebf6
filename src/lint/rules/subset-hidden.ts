/** A subset that is defined, but not in the DestinationRule that the client gets. */
import type { Related } from '../../diagnostic/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { type Call, type DestinationShare, destinationRuleFor } from '../../routing/index.ts';
import { listed } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import {
  brokenDestinations,
  isOnlySupposed,
  namedByAnalyzer,
} from '../facts/destination-problems.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const subsetHidden: LintRule = {
  meta: {
    code: 'TCM1405',
    name: 'subset-hidden',
    severity: 'error',
    summary: 'A subset is defined in a DestinationRule that a client of the route does not get.',
    why: "A client gets one DestinationRule for a host: from its own namespace if there is any that fits, else from the service's, else from the root namespace. Subsets of the others do not exist for it, and connections to them are closed at once.",
    help: "Define the subset in the DestinationRule that the client gets, or put the DestinationRule into the service's namespace and export it.",
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'DestinationRule', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    if (!facts.judges('subsets')) return;
    for (const { rule, entry, share, call, fine } of brokenDestinations(facts)) {
      if (share.problem !== 'no-such-cluster' || share.subset === '') continue;
      const { virtualService } = rule;
      if (namedByAnalyzer(virtualService, entry, facts)) continue;
      const { got, ...shown } = whatTheClientGets(share, call, facts);
      if (shown.related.length === 0) continue;
      yield occurrence(
        virtualService,
        entry.destination ?? entry,
        ['subset'],
        `${connectionText(call, fine)} is closed at once: ${got}, so the subset ${share.subset} does not exist for it`,
        { ...shown, severity: isOnlySupposed({ call, fine }, facts) ? 'warning' : 'error' },
      );
    }
  },
};

function whatTheClientGets(
  { host, subset }: DestinationShare,
  { from }: Call,
  facts: Facts,
): { readonly got: string; readonly related: readonly Related[]; readonly help?: string } {
  const { mesh } = facts;
  const service = mesh.servicesByHost.get(host)?.[0];
  const { view } = facts.routes().compiled(from);
  const { namespace } = from;
  const hiding =
    service === undefined ? undefined : destinationRuleFor(view, service)?.rules[0]?.resource;
  const defining = facts
    .subsets()
    .of(host, namespace)
    .filter((defined) => defined.subset.name === subset && defined.rule !== hiding);
  if (defining.some(({ rule }) => facts.isRefused(rule))) return { got: '', related: [] };
  const related: Related[] = [];
  if (hiding !== undefined)
    related.push({
      message: 'this is the DestinationRule that it gets',
      span: spanAt(hiding.spec, 'host'),
    });
  for (const { rule, subset: place } of defining.slice(0, 2))
    related.push({
      message: `${nameOf(rule)} defines the subset, but is not the one that it gets`,
      span: spanAt(place, 'name'),
    });
  if (defining.length === 0) return { got: '', related: [] };
  if (hiding !== undefined) return { got: `it gets ${nameOf(hiding)} and no other`, related };
  const home = service?.namespace;
  const [first] = defining;
  const got = 'it gets no DestinationRule';
  if (home === undefined || first === undefined) return { got, related };
  const { spec, namespace: place } = first.rule;
  if (spec.workloadSelector !== undefined)
    return {
      got: `${got}, as ${nameOf(first.rule)} is for ${selectedBy(spec.workloadSelector, place)} alone`,
      related,
      help: 'Leave out its workloadSelector, or define the subset in a DestinationRule without one.',
    };
  if (place === home) return { got, related };
  const siblings = facts.objects
    .of('DestinationRule')
    .filter(
      (one) =>
        one.namespace === place &&
        expandHost(one.spec.host ?? '', place, facts.options.clusterDomain) === host,
    );
  // What stays behind hides what moves from the clients beside it.
  const together = siblings.length > 1 ? ', all together,' : '';
  const help = `Put ${listed(siblings.map(nameOf))}${together} into namespace ${home}, where every client looks, or one with the subset beside the clients.`;
  return { got, related, help };
}

type WorkloadSelector = NonNullable<Resource<'DestinationRule'>['spec']['workloadSelector']>;

/** A DestinationRule with a selector is for its own namespace, whatever it exports to. */
function selectedBy({ matchLabels }: WorkloadSelector, namespace: string): string {
  const labels = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0
    ? `the workloads of namespace ${namespace}`
    : `workloads with ${listed(labels)} in namespace ${namespace}`;
}
