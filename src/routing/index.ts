/**
 * Room routing (6): where a call goes. Two phases, never mixed: compile (one viewpoint to listeners with filter chains that
 * remember their source) and select (Envoy's choice per connection). `route` is the one entry; explain, test, run and lint call it.
 * May import text/, address/, diagnostic/, resource/, mesh/. May not choose at random, open sockets, or read a clock.
 */
export type { Call, Labels, Protocol, Viewpoint } from './call.ts';
export { destinationRuleFor, sameClusters } from './cluster.ts';
export { clusterEndpoints } from './cluster-endpoints.ts';
export { type Compiled, compile } from './compile.ts';
export { listenersOf } from './compiled-listeners.ts';
export {
  type ClusterPolicy,
  type ConnectionPolicy,
  clusterPolicyFor,
  connectionPolicyFor,
} from './connection-policy.ts';
export { capturePort, listenerFor } from './decide.ts';
export { openHosts, ruleForPort, ruleForServer } from './gateway-rules.ts';
export {
  endsTls,
  type GatewayServer,
  type MergedServers,
  mergeServers,
  passesTls,
  servesHttp,
} from './gateway-servers.ts';
export { inspectorsFor } from './inspectors.ts';
export type { ChainTarget, FilterChain, Listener, Rejection, RuleSource } from './listener.ts';
export {
  firstOfBlock,
  isOfCluster,
  outsideAddress,
  type ResolvedName,
  resolveName,
  searchPath,
} from './name-resolution.ts';
export { isDropped } from './prefixes.ts';
export { type Reason, reasons } from './reason.ts';
export { route } from './route.ts';
export { PlacedRule } from './rule-ref.ts';
export { sidecarFor } from './sidecar-scope.ts';
export { isForGateway, type L4Match, staticCovers } from './static-match.ts';
export { type PolicyBlocks, policyFor } from './traffic-policy.ts';
export type {
  Condition,
  DestinationShare,
  Endpoint,
  Outcome,
  Problem,
  RuleRef,
  Stage,
  Step,
  StepResult,
  Verdict,
} from './verdict.ts';
export { holdsAtWaypoint, isReadAtWaypoint, namesService, ruleAtWaypoint } from './waypoint.ts';
