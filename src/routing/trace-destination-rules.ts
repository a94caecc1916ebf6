/** Tells which DestinationRule counts for a service, and why each other is not the one. */
import {
  hostCovers,
  type MeshDestinationRule,
  type MeshService,
  ruleForClient,
} from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import type { ProxyView } from './cluster.ts';
import type { Reason } from './reason.ts';
import type { StepList } from './step-list.ts';

export function tellRules(steps: StepList, view: ProxyView, service: MeshService): void {
  const searches = view.mesh.destinationRules.search(
    service.host,
    service.namespace,
    view.namespace,
  );
  const last = searches.at(-1);
  const chosen = ruleForClient(last?.rules ?? [], view.namespace, view.labels);
  if (chosen === null)
    steps.noted('destination-rule', 'none', 'none', `none for ${service.host}`, null);
  for (const rule of view.mesh.destinationRules.all) {
    if (!hostCovers(rule.host, service.host)) continue;
    const subject = `${rule.namespace}/${rule.name}`;
    const span = spanAt(rule.resource.spec);
    if (chosen?.rules.includes(rule) === true) {
      const merged = chosen.rules.length > 1 ? ', merged with others for the host' : '';
      const message = `found in ${placeText(last?.place, view)} ${rule.namespace}${merged}`;
      steps.taken('destination-rule', subject, last?.place ?? 'none', message, span);
      continue;
    }
    const { reason, message, result } = whyNotRule(view, rule, service, searches);
    steps.add(result, 'destination-rule', subject, reason, message, span);
  }
}

type Searches = ReturnType<ProxyView['mesh']['destinationRules']['search']>;

function placeText(place: Searches[number]['place'] | undefined, { kind }: ProxyView): string {
  switch (place) {
    case 'client-namespace':
      return kind === 'waypoint' ? 'the namespace of the waypoint,' : 'the client namespace';
    case 'service-namespace':
      return 'the namespace of the service,';
    case 'root-namespace':
    case undefined:
      return 'the root namespace';
  }
}

function whyNotRule(
  view: ProxyView,
  rule: MeshDestinationRule,
  service: MeshService,
  searches: Searches,
): {
  readonly reason: Reason;
  readonly message: string;
  readonly result: 'rejected' | 'shadowed';
} {
  const places = [view.namespace, service.namespace, view.mesh.rootNamespace];
  if (!places.includes(rule.namespace))
    return {
      reason: 'other-namespace',
      message: `${rule.namespace} is neither the ${view.kind === 'waypoint' ? 'waypoint' : 'client'}'s, the service's nor the root namespace: never used here`,
      result: 'rejected',
    };
  const found = searches.filter(({ namespace }) => namespace === rule.namespace);
  if (found.length === 0) {
    const by = searches.at(-1);
    const names = (by?.rules ?? []).flatMap(({ rules }) =>
      rules.map(({ namespace, name }) => `${namespace}/${name}`),
    );
    return {
      reason: 'hidden',
      message: `hidden by ${names.join(', ')}: the first namespace that has a rule for the host counts, and nothing is merged`,
      result: 'shadowed',
    };
  }
  if (found.some(({ host }) => host !== null && host !== rule.host))
    return {
      reason: 'less-specific',
      message: `${rule.host} is less specific than ${found.find(({ host }) => host !== null)?.host}`,
      result: 'shadowed',
    };
  const selecting = found.some(({ rules }) => rules.some(({ rules: all }) => all.includes(rule)));
  if (rule.selector !== null && selecting)
    return {
      reason: 'workload-selector',
      message: 'its workloadSelector does not select the client',
      result: 'rejected',
    };
  const swallowing = found
    .flatMap(({ rules }) => rules)
    .find(({ selector, rules }) => selector !== null && rules.includes(rule));
  if (swallowing !== undefined) {
    const [into] = swallowing.rules;
    return {
      reason: 'hidden',
      message: `merged into ${into?.namespace}/${into?.name}, which has a workloadSelector: for other workloads it is gone`,
      result: 'shadowed',
    };
  }
  if (selecting)
    return {
      reason: 'hidden',
      message:
        'a younger rule for the host with another exportTo, or one that selects the client, counts instead',
      result: 'shadowed',
    };
  return {
    reason: 'not-exported',
    message: `is not exported to ${view.namespace}`,
    result: 'rejected',
  };
}
