/** Where a call goes, and every step that decided it. Outcomes, problems, stages and reasons are closed lists. */
import type { Span } from '../text/index.ts';
import type { Call } from './call.ts';

/**
 * routed: a cluster takes it (rule null: the service's own); passthrough: to the dialled address, outside any rule;
 * blackhole: closed (REGISTRY_ONLY); no-listener: a gateway that does not listen there; no-filter-chain: accepted, then closed;
 * listener-rejected: Envoy refuses the whole listener; http: an HTTP connection manager takes it.
 */
export type Outcome =
  | 'routed'
  | 'passthrough'
  | 'blackhole'
  | 'no-listener'
  | 'no-filter-chain'
  | 'listener-rejected'
  | 'http';

export type Problem = 'no-such-cluster' | 'no-endpoints';

/** address: `ip:port`; workload: `namespace/name` where it is known. healthy: false for pods that are not ready. */
export type Endpoint = {
  readonly address: string;
  readonly workload: string | null;
  readonly healthy: boolean;
  /** Against the others; absent: 1. */
  readonly weight?: number | undefined;
};

/** One share of a route. weight: as written and used, undefined where a single destination ignores it; share: 0 to 1. */
export type DestinationShare = {
  readonly cluster: string;
  readonly host: string;
  readonly subset: string;
  readonly port: number;
  readonly weight: number | undefined;
  readonly share: number;
  readonly endpoints: readonly Endpoint[];
  readonly problem: Problem | null;
};

/** A rule of a VirtualService, at its place. */
export type RuleRef = {
  readonly kind: 'VirtualService';
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly span: Span;
};

export type Stage =
  | 'client'
  | 'gateway'
  | 'name'
  | 'service'
  | 'listener'
  | 'virtual-service'
  | 'rule'
  | 'match'
  | 'filter-chain'
  | 'destination'
  | 'destination-rule'
  | 'endpoints'
  | 'verdict';

/** taken: this is the way; rejected: looked at and left; noted: a fact on the way; shadowed: never looked at, for what came before. */
export type StepResult = 'taken' | 'rejected' | 'noted' | 'shadowed';

/**
 * One condition of a match as it is written, and what the call has of it. held: null where this proxy does not look at it
 * (sourceLabels on a gateway, sourceSubnet anywhere).
 */
export type Condition = {
  readonly name:
    | 'gateways'
    | 'port'
    | 'sourceNamespace'
    | 'sourceLabels'
    | 'destinationSubnets'
    | 'sniHosts'
    | 'sourceSubnet';
  readonly wanted: string;
  readonly actual: string;
  readonly held: boolean | null;
};

export type Step = {
  readonly stage: Stage;
  /**
   * What was looked at: of virtual-service and destination-rule `default/echo`, of rule `default/echo spec.tcp[0]`, of match
   * `default/echo spec.tcp[0].match[1]`, of listener `10.96.20.1:19000`, of destination and endpoints the cluster.
   */
  readonly subject: string;
  /** Of a match: every condition that is written in it, in the order of the specification. */
  readonly conditions?: readonly Condition[];
  readonly result: StepResult;
  /** A word from the closed list in reason.ts. */
  readonly reason: string;
  readonly message: string;
  readonly span: Span | null;
};

export type Verdict = {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly rule: RuleRef | null;
  readonly destinations: readonly DestinationShare[];
  readonly steps: readonly Step[];
  /** Those that are about the destinations are among them. */
  readonly destinationSteps: readonly Step[];
  readonly assumptions: readonly string[];
};
