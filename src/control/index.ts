/**
 * Room control (9): the object store that files and the API write to, what follows from it, and the Kubernetes-style API in front.
 * May import every room below except ui and cli, and node:net, node:http, node:crypto, node:stream, node:zlib, ws.
 * May not read files, the clock or randomness: they are handed in.
 */

export { type AdminServer, startAdmin } from './admin/admin-server.ts';
export { jsonOf } from './api/body.ts';
export { type KubeconfigOptions, renderKubeconfig } from './api/kubeconfig.ts';
export { type ApiServer, type ApiServerOptions, startApiServer } from './api/server.ts';
export { type Backends, type IdleBackend, idleBackends, whyUnserved } from './backend.ts';
export { binomialBounds } from './binomial.ts';
export { type ClusterStoreOptions, createClusterStore } from './cluster-store.ts';
export { connectTargets } from './connect-targets.ts';
export type { ConnectionEnd } from './connection-end.ts';
export { echoAnswer } from './echo-answer.ts';
export { faultInWords, faultName } from './fault-in-words.ts';
export { allFaultTargets, faultTargets, whyNoSubset } from './fault-target.ts';
export type { HeldObjects } from './file-objects.ts';
export {
  type GatewayAnswer,
  gatewayMeant,
  gatewayNames,
  isAddress,
  readGatewayAnswer,
} from './gateway-meant.ts';
export type { JsonArray, JsonObject, JsonValue } from './json.ts';
export { type HostPort, hostPortText, isLoopback, parseHostPort } from './mesh-address.ts';
export {
  type KeptState,
  type MeshApi,
  type MeshApiOptions,
  type MeshFiles,
  startMeshApi,
} from './mesh-api.ts';
export type { MeshClient } from './mesh-client.ts';
export type {
  ConnectionRecord,
  MadeConnections,
  MeshEvent,
  MeshEventListener,
  OpenAddress,
} from './mesh-event.ts';
export { type MeshSnapshot, type SnapshotOptions, takeSnapshot } from './mesh-snapshot.ts';
export { meshSources, sourceOf } from './mesh-sources.ts';
export { firstOf, type Missing, noClient, noGateway, noName, reaches } from './missing-names.ts';
export {
  type Change,
  type ChangeListener,
  type Controller,
  createObjectStore,
  type ObjectStore,
  type StoreEvent,
  type StoreOptions,
  type Transaction,
  timestamp,
} from './object-store.ts';
export { PortError, portError } from './open-port.ts';
export { OwnEnds } from './own-ends.ts';
export type { Plan, PlannedWorkload } from './plan.ts';
export type { PlannedGateway, PlannedListener } from './plan-gateways.ts';
export type { PlannedMesh } from './planned-mesh.ts';
export { RunningMesh } from './running-mesh.ts';
export type { Publication, RunningMeshOptions } from './running-mesh-options.ts';
export { seededRandom } from './seeded-random.ts';
export { neededServerName, serverNameFromClient } from './server-name.ts';
export {
  type DestinationShareReport,
  ShareCounter,
  type ShareReport,
  verdictError,
} from './shares.ts';
export {
  groupOf,
  keyOf,
  keyText,
  type NewObject,
  type ObjectKey,
  type StoredMetadata,
  type StoredObject,
} from './stored-object.ts';
export { type Account, readAccount } from './unconnected.ts';
export { destinationLabels, ruleText } from './verdict-names.ts';
