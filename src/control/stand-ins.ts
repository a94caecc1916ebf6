/**
 * What routes need and the files lack: objects made up so that a lone VirtualService runs. Each says why it is there.
 * A kind that the files hold some of is taken as complete (a host that no Service has may be a slip of the pen, and is closed as in
 * Istio); only workloads are stood in for one by one, and not even they where the files hold recorded Pods: that is a cluster's state.
 */
import type { Kind, Resource } from '../resource/index.ts';
import { ofKind } from './of-kind.ts';
import { type StandIn, standInAnnotation } from './stand-in.ts';
import { standInGateways, standInGatewayWorkloads } from './stand-in-gateways.ts';
import { standInServices } from './stand-in-services.ts';
import { standInDestinationRules } from './stand-in-subsets.ts';
import { standInWorkloads } from './stand-in-workloads.ts';

/** The stand-ins for admitted resources, in an order in which each finds what it needs in those before it. */
export function standInsFor(resources: readonly Resource[]): readonly StandIn[] {
  const gateways = has(resources, 'Gateway')
    ? []
    : standInGateways(ofKind(resources, 'VirtualService'));
  const gatewayWorkloads = standInGatewayWorkloads(resources, gateways);
  const rules = has(resources, 'DestinationRule') ? [] : standInDestinationRules(resources);
  const services =
    has(resources, 'Service') || has(resources, 'ServiceEntry') ? [] : standInServices(resources);
  const recorded = ofKind(resources, 'Pod').some(({ status }) => status?.podIP !== undefined);
  const workloads = recorded ? [] : standInWorkloads(resources, services, rules);
  return [...gateways, ...gatewayWorkloads, ...services, ...rules, ...workloads].map(mark);
}

function has(resources: readonly Resource[], kind: Kind): boolean {
  return resources.some((resource) => resource.kind === kind);
}

function mark({ object, why }: StandIn): StandIn {
  const annotations = { [standInAnnotation]: why };
  return { object: { ...object, metadata: { ...object.metadata, annotations } }, why };
}
