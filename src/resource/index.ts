/**
 * Room resource (3): Kubernetes and Istio objects, decoded by field tables; every value knows its place.
 * May import text/, diagnostic/, yaml/. May not judge: what Istio refuses is validation's, what refers to what is mesh's.
 */
export { type Decoded as DecodedSources, type DecodeOptions, decodeSources } from './decode.ts';
export { decodeValue } from './decode-value.ts';
export { annotationCapturesDns, capturesDns } from './dns-capture.ts';
export { parseDuration } from './duration.ts';
export type {
  Decoded,
  EnumType,
  FieldType,
  IntType,
  ListType,
  MapType,
  MessageType,
  OneOf,
  SchemaRule,
  Unrecognized,
} from './field-table.ts';
export { int32, list, map, message, oneOfNames, required, string } from './field-table.ts';
export {
  type ForeignName,
  type ForeignNames,
  foreignNamesOf,
  noForeignNames,
} from './foreign-names.ts';
export { type ForeignPods, foreignPodsOf, makesPods } from './foreign-pods.ts';
export {
  type ForeignSettings,
  foreignSettingsOf,
  type InstalledConfig,
} from './foreign-settings.ts';
export {
  type ConnectionPoolSettings,
  type HttpSettings,
  httpLimits,
  type TcpKeepalive,
  type TcpSettings,
} from './istio/connection-pool.ts';
export type { Destination, PortSelector } from './istio/destination.ts';
export type {
  ClientTlsSettings,
  DestinationRuleSpec,
  OutlierDetection,
  PortTrafficPolicy,
  Subset,
  TrafficPolicy,
} from './istio/destination-rule.ts';
export type { GatewaySpec, Server, ServerPort } from './istio/gateway.ts';
export type {
  CorsPolicy,
  HeaderOperations,
  Headers,
  HttpDirectResponse,
  HttpFaultAbort,
  HttpFaultDelay,
  HttpMatchRequest,
  HttpRedirect,
  HttpRetry,
  HttpRewrite,
  HttpRoute,
  Percent,
  StringMatch,
} from './istio/http-route.ts';
export type {
  L4MatchAttributes,
  RouteDestination,
  TcpRoute,
  TlsMatchAttributes,
  TlsRoute,
} from './istio/l4-route.ts';
export type { LoadBalancerSettings } from './istio/load-balancer.ts';
export type { LabelSelector, MeshConfigFields } from './istio/mesh-config.ts';
export type { MutualTls } from './istio/security.ts';
export type { ServerTlsSettings } from './istio/server-tls.ts';
export type { ServiceEntryPort, ServiceEntrySpec } from './istio/service-entry.ts';
export type { IstioEgressListener, IstioIngressListener, SidecarSpec } from './istio/sidecar.ts';
export type { VirtualServiceSpec } from './istio/virtual-service.ts';
export type { WorkloadEntrySpec } from './istio/workload-entry.ts';
export {
  durationDescription,
  editorSchemas,
  type JsonSchema,
  jsonSchemaOf,
  schemaOf,
} from './json-schema.ts';
export { isKind, type Kind, type KindInfo, kinds, type SpecOf } from './kinds.ts';
export { kubernetesAppProtocols } from './kubernetes/app-protocol.ts';
export type { EndpointPort, ObjectReference } from './kubernetes/endpoints.ts';
export type { ObjectMeta } from './kubernetes/metadata.ts';
export { isLabelName, isSubdomainName } from './kubernetes/object-name.ts';
export type {
  Container,
  PodSpec,
  PodTemplate,
  WorkloadSetSpec,
} from './kubernetes/pod.ts';
export type { ServicePort, ServiceSpec } from './kubernetes/service.ts';
export type { KubernetesGateway } from './kubernetes-gateway.ts';
export { type MeshConfigText, meshConfigName, readMeshConfig } from './mesh-config.ts';
export {
  at,
  formatPath,
  keySpanAt,
  type Place,
  type Placed,
  pathAt,
  snakeCase,
  spanAt,
} from './place.ts';
export { type PolicyLevel, policyLevels } from './policy-levels.ts';
export { type DecodeProblem, type Foreign, type Resource, refOf } from './resource.ts';
