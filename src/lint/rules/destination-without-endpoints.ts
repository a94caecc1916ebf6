/** A share of connections that goes to nobody. */
import type { Labels, MeshService } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { type Call, type DestinationShare, destinationRuleFor } from '../../routing/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { brokenDestinations, tellsOfEndpoints } from '../facts/destination-problems.ts';
import type { Facts } from '../facts/facts.ts';
import { asksOfCluster, mayCarryOnNode } from '../facts/given-labels.ts';
import { isScaledToNone } from '../facts/pods.ts';
import { type LintRule, type More, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const destinationWithoutEndpoints: LintRule = {
  meta: {
    code: 'TCM1403',
    name: 'destination-without-endpoints',
    severity: 'error',
    summary: 'A route sends connections to a subset or service that has no endpoints.',
    why: 'The cluster is there but empty: its share of the connections is accepted and closed at once. Nobody else gets it.',
    help: 'Start pods with the labels (an endpoint that no Pod stands behind has none), or take the weight away until they run.',
    istio: nobodyElse,
  },
  reads: [
    'VirtualService',
    'DestinationRule',
    'Service',
    'ServiceEntry',
    'Pod',
    'Deployment',
    'EndpointSlice',
    'Endpoints',
  ],
  kiali: null,
  *check(facts) {
    const ofPods = tellsOfEndpoints(facts);
    for (const { rule, entry, share, call } of brokenDestinations(facts)) {
      if (share.problem !== 'no-endpoints') continue;
      const services = facts.mesh.servicesByHost.get(share.host) ?? [];
      const [service] = services;
      if (service === undefined) continue;
      if (!services.every(hasEndpointsOfItsOwn) && (!ofPods || saysNothing(service, facts)))
        continue;
      if (mayHavePods(service, subsetLabels(share, call, facts), facts)) continue;
      const what = share.subset === '' ? share.host : `subset ${share.subset} of ${share.host}`;
      const percent = Math.round(share.share * 100);
      yield occurrence(
        rule.virtualService,
        entry.destination ?? entry,
        share.subset === '' ? ['host'] : ['subset'],
        `${what} has no endpoints: ${percent === 100 ? connectionText(call) : `${percent} % of connections such as ${connectionText(call).replace(/^a connection/, 'one')}`} ${percent === 100 ? 'is' : 'are'} closed at once`,
        {
          ...(isEmpty(service.resource) ? ofEntry(service) : {}),
          related: [{ message: 'the service is here', span: nameSpan(service.resource) }],
        },
      );
    }
  },
};

/** All that it will ever have stand in its document. */
function hasEndpointsOfItsOwn({ selector, resource }: MeshService): boolean {
  return resource.kind === 'ServiceEntry' && selector === null;
}

/** Whatever a subset asks for, it has none. */
function isEmpty(resource: Resource): boolean {
  return resource.kind === 'ServiceEntry' && (resource.spec.endpoints ?? []).length === 0;
}

/** With resolution NONE only a sidecar goes where the client dialled; for others it is a cluster with endpoints (`convertResolution`). */
function ofEntry({ resolution, selector }: MeshService): More {
  if (resolution === 'passthrough')
    return {
      why: 'With resolution NONE, which is what it is where nothing is said, a sidecar sends to the address that the client dialled. A gateway was dialled itself, so Istio gives it the endpoints of the ServiceEntry, and there are none: its share of the connections is accepted and closed at once.',
      help: 'Give the ServiceEntry `resolution: DNS`, or STATIC with endpoints.',
    };
  return selector === null
    ? { help: 'Give the ServiceEntry endpoints, or take the weight away until it has some.' }
    : {};
}

/** A Service of whose pods and endpoints nothing is among the files says nothing about the cluster. */
function saysNothing({ selector, namespace, name, resource }: MeshService, facts: Facts): boolean {
  const stated =
    resource.kind === 'Service' && facts.mesh.statedSlices.byService.has(`${namespace}/${name}`);
  if (stated) return false;
  if (selector === null || !facts.judges('pods')) return true;
  if (facts.options.refs === 'require') return false;
  return facts.pods().expectedBy(selector, namespace).length === 0;
}

function subsetLabels({ host, subset }: DestinationShare, { from }: Call, facts: Facts): Labels {
  if (subset === '') return {};
  const { view } = facts.routes().compiled(from);
  const service = facts.mesh.servicesByHost.get(host)?.[0];
  const rule = service === undefined ? null : destinationRuleFor(view, service);
  return rule?.subsets.get(subset)?.subset.labels ?? {};
}

/** Pods that the mesh does not know, or that will have the labels by where they run. */
function mayHavePods(
  { selector, namespace, resource }: MeshService,
  labels: Labels,
  facts: Facts,
): boolean {
  if (selector === null || resource.kind !== 'Service') return false;
  const wanted = { ...selector, ...labels };
  const { expectedBy, mayComeFromElsewhere } = facts.pods();
  if (mayComeFromElsewhere(wanted, namespace)) return true;
  return (
    asksOfCluster(labels) &&
    expectedBy(selector, namespace).some(
      (pod) => !isScaledToNone(pod.resource) && mayCarryOnNode(wanted, pod),
    )
  );
}
