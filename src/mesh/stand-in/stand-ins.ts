/**
 * What routes need and the files lack: objects made up so that a lone VirtualService runs. Each says why it is there.
 * A kind that the files hold some of is taken as complete (a host that no Service has may be a slip of the pen, and is closed as in
 * Istio); only workloads are stood in for one by one, and not even they where the files hold recorded Pods: that is a cluster's state.
 */
import { decodeSources, type Kind, type Resource } from '../../resource/index.ts';
import type { Source } from '../../text/index.ts';
import { ofKind } from './of-kind.ts';
import { type StandIn, standInAnnotation } from './stand-in.ts';
import { standInGateways, standInGatewayWorkloads } from './stand-in-gateways.ts';
import { standInServices } from './stand-in-services.ts';
import { standInDestinationRules } from './stand-in-subsets.ts';
import { standInWorkloads } from './stand-in-workloads.ts';

/**
 * The stand-ins for admitted resources, in an order in which each finds what it needs in those before it. written: the kinds of refused
 * documents too, for a kind that was written is not lacking.
 */
export function standInsFor(
  resources: readonly Resource[],
  written: ReadonlySet<Kind> = kindsOf(resources),
): readonly StandIn[] {
  const gateways = written.has('Gateway')
    ? []
    : standInGateways(ofKind(resources, 'VirtualService'));
  const gatewayWorkloads = standInGatewayWorkloads(resources, gateways);
  const rules = written.has('DestinationRule') ? [] : standInDestinationRules(resources);
  const services =
    written.has('Service') || written.has('ServiceEntry') ? [] : standInServices(resources);
  const recorded = ofKind(resources, 'Pod').some(({ status }) => status?.podIP !== undefined);
  const workloads = recorded ? [] : standInWorkloads(resources, services, rules);
  return [...gateways, ...gatewayWorkloads, ...services, ...rules, ...workloads].map(mark);
}

export function kindsOf(resources: readonly Resource[]): ReadonlySet<Kind> {
  return new Set(resources.map(({ kind }) => kind));
}

function mark({ object, why }: StandIn): StandIn {
  const annotations = { [standInAnnotation]: why };
  return { object: { ...object, metadata: { ...object.metadata, annotations } }, why };
}

/** Stand-ins as documents, a text each. */
export function standInSources(standIns: readonly StandIn[]): readonly Source[] {
  return standIns.map(({ object }) => ({
    name: `<stand-in ${object.kind} ${object.metadata.namespace}/${object.metadata.name}>`,
    text: `${JSON.stringify(object, null, 2)}\n`,
  }));
}

/** Stand-ins as resources; their places in the input come after the `count` that were given. */
export function standInResources(standIns: readonly StandIn[], count: number): readonly Resource[] {
  const { resources } = decodeSources(standInSources(standIns), { defaultNamespace: 'default' });
  return resources.map((resource, i) => ({ ...resource, order: count + i }));
}
