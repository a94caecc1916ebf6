/** A test file as decoded: which configuration, and connections with what they should do. */
import type { Labels, Outcome, Problem, Protocol } from '../routing/index.ts';
import type { Source, Span } from '../text/index.ts';

/** created: documents without a creationTimestamp count as created from this time on, one second apart; null: as applied now. */
export type TestFile = {
  readonly source: Source;
  readonly config: readonly ConfigPath[];
  readonly created: string | null;
  readonly connections: readonly Connection[];
};

/** A file or folder, relative to the test file. */
export type ConfigPath = { readonly path: string; readonly span: Span };

/** Who connects: described by namespace and labels, or a workload of the mesh by name. ambient: in ambient mode, without a sidecar. */
export type From =
  | {
      readonly kind: 'sidecar' | 'ambient';
      readonly namespace: string;
      readonly labels: Labels;
      /** The client's own address, where that matters (headless services, address family). */
      readonly ip: string | undefined;
    }
  | { readonly kind: 'gateway'; readonly namespace: string; readonly labels: Labels }
  | {
      readonly kind: 'workload';
      readonly namespace: string;
      readonly name: string;
      readonly mode?: ClientMode | undefined;
    };

/** How the connections of a client are captured. */
export type ClientMode = 'sidecar' | 'ambient';

/** What a connection is opened to. host: any form that a name server of the client's namespace resolves. */
export type Target = {
  readonly host?: string | undefined;
  readonly ip?: string | undefined;
  readonly port: number;
};

/** A call in a file, with a name for people. */
export type DescribedCall = {
  readonly name: string;
  readonly span: Span;
  readonly from: From;
  readonly to: Target;
  readonly sni: string | undefined;
  readonly protocol: Protocol;
};

export type Connection = DescribedCall & { readonly expect: Expectation };

/** What is left out (undefined) is not checked. rule null: the service's own cluster. */
export type Expectation = {
  readonly span: Span;
  readonly outcome: Outcome | undefined;
  readonly rule: ExpectedRule | null | undefined;
  readonly destinations: readonly ExpectedDestination[] | undefined;
};

/** `namespace/name`, or `namespace/name#n`: the n-th rule (from 1) of its tcp or tls list. */
export type ExpectedRule = {
  readonly namespace: string;
  readonly name: string;
  readonly number: number | null;
};

export type ExpectedDestination = {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly subset: string | undefined;
  readonly weight: number | undefined;
  readonly endpoints: readonly string[] | undefined;
  readonly problem: Problem | null | undefined;
};

/** `ns/name` or `ns/name#2`, or null where the text is neither. */
export function parseRuleName(text: string): ExpectedRule | null {
  const parts = /^([^/#\s]+)\/([^/#\s]+?)(?:#([1-9]\d{0,5}))?$/.exec(text);
  if (parts === null) return null;
  const [, namespace = '', name = '', number] = parts;
  return { namespace, name, number: number === undefined ? null : Number(number) };
}

/** The rule's number (from 1) in its list, of a path such as `spec.tcp[1]`; null where the path names no rule. */
export function ruleNumber(path: string): number | null {
  const index = /^spec\.(?:tcp|tls|http)\[(\d+)\]/.exec(path)?.[1];
  return index === undefined ? null : Number(index) + 1;
}
