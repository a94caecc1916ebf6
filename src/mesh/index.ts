/**
 * Room mesh (5): one immutable snapshot of a cluster: services, workloads, endpoints, gateways; who sees what, in which order.
 * May import text/, address/, diagnostic/, resource/. May not know clients, connections or filter chains: that is routing's.
 */
export { compareAge, creationTimeOf } from './age.ts';
export { buildMesh, type MeshOptions, optionsOf } from './build-mesh.ts';
export {
  type DestinationRuleIndex,
  type MergedDestinationRule,
  type MergedSubset,
  type MeshDestinationRule,
  type RulePlace,
  type RuleSearch,
  ruleForClient,
} from './destination-rule-index.ts';
export { endpointLabels } from './endpoint-labels.ts';
export { type StatedSlice, serviceOf, type UnreadReason } from './endpoint-slices.ts';
export {
  endpointAddress,
  endpointsOf,
  endpointsOfPort,
  sidecarMetricsPort,
  targetPortOf,
} from './endpoints.ts';
export { gatewayOf, isGatewayWorkload } from './gateway-workload.ts';
export { HostIndex } from './host-index.ts';
export {
  beforeServiceTail,
  hostCovers,
  hostsOverlap,
  isServiceHost,
  isWildcard,
  resolveShortName,
  serviceHost,
} from './host-name.ts';
export type { Assumption, Mesh, MeshPort, MeshService, Replaced, Resolution } from './mesh.ts';
export {
  type DefaultTrafficPolicy,
  type MeshConfig,
  meshConfigProblem,
  meshConfigRefused,
  type OutboundPolicy,
  outboundPolicyOf,
} from './mesh-config.ts';
export type { MeshEndpoint } from './mesh-endpoint.ts';
export { namespaceOf } from './namespace-of.ts';
export { plainClientName, plainViewpoint } from './plain-client.ts';
export {
  classOf,
  type PortClass,
  type PortProtocol,
  parseProtocol,
  protocolOfServicePort,
} from './protocol.ts';
export { ordinalsToStart, type WorkloadSetKind, workloadSetKinds } from './replica.ts';
export { takesAllocatedAddress, wildcardAddress } from './service-registry.ts';
export { hasWildcards, servicesMatching, wildcardsCovering } from './services-of-host.ts';
export {
  areKeptUnmirrored,
  managedByLabel,
  mirrorController,
  serviceNameLabel,
  sliceController,
} from './slice-labels.ts';
export { type StandIn, standInAnnotation } from './stand-in/stand-in.ts';
export { standInGatewayWorkloads } from './stand-in/stand-in-gateways.ts';
export { kindsOf, standInResources, standInSources, standInsFor } from './stand-in/stand-ins.ts';
export { type AddressRange, StandInAddresses } from './stand-in-address.ts';
export { podBehind } from './stated-endpoints.ts';
export { hasStickySessions } from './sticky-sessions.ts';
export {
  type MeshVirtualService,
  meshGateway,
  resolveGatewayName,
  type VirtualServiceIndex,
} from './virtual-service-index.ts';
export { isNamed, isVisible, type Visibility } from './visibility.ts';
export {
  isForServices,
  type Waypoint,
  type WaypointBinding,
  waypointBindingOf,
  waypointOf,
} from './waypoint-binding.ts';
export {
  type Labels,
  labelsMatch,
  replicaToCome,
  type Workload,
  WorkloadIndex,
} from './workload.ts';
