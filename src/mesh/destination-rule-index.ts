/** DestinationRules as Istio merges and finds them (`destination_rule.go:mergeDestinationRule`, `push_context.go:setDestinationRules`). */
import type { Resource, Subset, TrafficPolicy } from '../resource/index.ts';
import { compareAge } from './age.ts';
import { HostIndex } from './host-index.ts';
import { resolveShortName } from './host-name.ts';
import type { MeshConfig } from './mesh-config.ts';
import { type Labels, labelsMatch } from './workload.ts';

export type MeshDestinationRule = {
  readonly resource: Resource<'DestinationRule'>;
  readonly namespace: string;
  readonly name: string;
  readonly age: number;
  readonly host: string;
  /** As written; a rule for selected workloads is for its own namespace whatever it says. */
  readonly exportTo: ReadonlySet<string>;
  readonly selector: Labels | null;
};

export type MergedSubset = { readonly subset: Subset; readonly rule: MeshDestinationRule };

/** One or more rules for the same host and namespace, as one. rules: the oldest first; policy: of policyRule. */
export type MergedDestinationRule = {
  readonly host: string;
  readonly namespace: string;
  readonly exportTo: ReadonlySet<string>;
  readonly selector: Labels | null;
  readonly rules: readonly MeshDestinationRule[];
  readonly subsets: ReadonlyMap<string, MergedSubset>;
  readonly trafficPolicy: TrafficPolicy | undefined;
  readonly policyRule: MeshDestinationRule | null;
};

export function meshDestinationRule(
  resource: Resource<'DestinationRule'>,
  age: number,
  clusterDomain: string,
): MeshDestinationRule {
  const { spec, namespace, name } = resource;
  const selector =
    spec.workloadSelector === undefined ? null : (spec.workloadSelector.matchLabels ?? {});
  return {
    resource,
    namespace,
    name,
    age,
    host: resolveShortName(spec.host ?? '', namespace, clusterDomain),
    exportTo: new Set(selector === null ? (spec.exportTo ?? []) : ['.']),
    selector,
  };
}

type Merging = {
  -readonly [K in keyof MergedDestinationRule]: K extends 'rules'
    ? MeshDestinationRule[]
    : K extends 'subsets'
      ? Map<string, MergedSubset>
      : MergedDestinationRule[K];
};

type Lists = HostIndex<Merging[]>;

/** Where the rule for a service was found. */
export type RulePlace = 'client-namespace' | 'service-namespace' | 'root-namespace';

/**
 * What a lookup went through. hidden: the most specific host there had rules, but none for the client's namespace.
 */
export type RuleSearch = {
  readonly place: RulePlace;
  readonly namespace: string;
  readonly host: string | null;
  readonly rules: readonly MergedDestinationRule[];
  readonly hidden: readonly MergedDestinationRule[];
};

export class DestinationRuleIndex {
  /** By age, name, namespace. */
  readonly all: readonly MeshDestinationRule[];
  readonly #rootNamespace: string;
  /** Those that do not say whom they are for. */
  readonly #private: boolean;
  readonly #atHome = new Map<string, Lists>();
  readonly #exported = new Map<string, Lists>();
  readonly #rootPrivate: Lists = new HostIndex();

  constructor(
    rules: readonly MeshDestinationRule[],
    rootNamespace: string,
    { destinationRulesArePrivate }: Pick<MeshConfig, 'destinationRulesArePrivate'>,
  ) {
    this.#private = destinationRulesArePrivate;
    this.all = [...rules].sort(compareAge);
    this.#rootNamespace = rootNamespace;
    const selecting = this.all.filter(({ selector }) => selector !== null);
    const plain = this.all.filter(({ selector }) => selector === null);
    for (const rule of [...selecting, ...plain]) this.#add(rule);
  }

  #add(rule: MeshDestinationRule): void {
    const { exportTo, namespace } = rule;
    const open = exportTo.size === 0 || exportTo.has('*');
    if (open || exportTo.has('.') || exportTo.has(namespace))
      mergeInto(listsOf(this.#atHome, namespace), rule);
    const onlyAtHome =
      (exportTo.size === 0 && this.#private) ||
      (exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace)));
    if (!onlyAtHome) mergeInto(listsOf(this.#exported, namespace), rule);
    else if (namespace === this.#rootNamespace) mergeInto(this.#rootPrivate, rule);
  }

  /** The places searched for a service on behalf of a client, ending with the one that had rules (`push_context.go:destinationRule`). */
  search(host: string, serviceNamespace: string, clientNamespace: string): readonly RuleSearch[] {
    const searches: RuleSearch[] = [];
    const atHome =
      clientNamespace === this.#rootNamespace
        ? this.#rootPrivate
        : this.#atHome.get(clientNamespace);
    const own = atHome?.mostSpecific(host) ?? null;
    searches.push({
      place: 'client-namespace',
      namespace: clientNamespace,
      host: own?.[0] ?? null,
      rules: own?.[1] ?? [],
      hidden: [],
    });
    if (own !== null) return searches;
    const service = this.#searchExported(
      'service-namespace',
      serviceNamespace,
      host,
      clientNamespace,
    );
    searches.push(service);
    if (service.rules.length > 0) return searches;
    searches.push(
      this.#searchExported('root-namespace', this.#rootNamespace, host, clientNamespace),
    );
    return searches;
  }

  #searchExported(
    place: RulePlace,
    namespace: string,
    host: string,
    clientNamespace: string,
  ): RuleSearch {
    const found = this.#exported.get(namespace)?.mostSpecific(host) ?? null;
    const rules = found?.[1] ?? [];
    const forClient = ({ exportTo }: MergedDestinationRule): boolean =>
      exportTo.size === 0 || exportTo.has('*') || exportTo.has(clientNamespace);
    return {
      place,
      namespace,
      host: found?.[0] ?? null,
      rules: rules.filter(forClient),
      hidden: rules.filter((rule) => !forClient(rule)),
    };
  }
}

/** Of the rules found for a service: the first that selects the client, else the youngest that selects nobody (`sidecar.go:DestinationRule`). */
export function ruleForClient(
  rules: readonly MergedDestinationRule[],
  clientNamespace: string,
  clientLabels: Labels,
): MergedDestinationRule | null {
  let general: MergedDestinationRule | null = null;
  for (const rule of rules) {
    if (rule.selector === null) general = rule;
    else if (rule.namespace === clientNamespace && labelsMatch(rule.selector, clientLabels))
      return rule;
  }
  return general;
}

function listsOf(byNamespace: Map<string, Lists>, namespace: string): Lists {
  let lists = byNamespace.get(namespace);
  if (lists === undefined) {
    lists = new HostIndex();
    byNamespace.set(namespace, lists);
  }
  return lists;
}

/** A newcomer goes into every entry of its host that may take it, and stands alone unless the last one took it. */
function mergeInto(lists: Lists, rule: MeshDestinationRule): void {
  const entries = lists.get(rule.host);
  if (entries === undefined) {
    lists.set(rule.host, [entryOf(rule)]);
    return;
  }
  let standsAlone = true;
  for (const entry of entries) {
    standsAlone = !takesIn(entry, rule);
    if (!standsAlone) merge(entry, rule);
  }
  if (standsAlone) entries.push(entryOf(rule));
}

function takesIn(entry: Merging, rule: MeshDestinationRule): boolean {
  const differ =
    entry.selector !== null &&
    rule.selector !== null &&
    !(labelsMatch(entry.selector, rule.selector) && labelsMatch(rule.selector, entry.selector));
  if (differ) return false;
  const contained = [...entry.exportTo].every((name) => rule.exportTo.has(name));
  return contained && (entry.exportTo.size > 0 || rule.exportTo.size === 0);
}

function entryOf(rule: MeshDestinationRule): Merging {
  const entry: Merging = {
    host: rule.host,
    namespace: rule.namespace,
    exportTo: rule.exportTo,
    selector: rule.selector,
    rules: [],
    subsets: new Map(),
    trafficPolicy: undefined,
    policyRule: null,
  };
  merge(entry, rule);
  return entry;
}

/** The older one's subsets and policy stay; of the younger only what is new counts. */
function merge(entry: Merging, rule: MeshDestinationRule): void {
  const { spec } = rule.resource;
  entry.rules.push(rule);
  for (const subset of spec.subsets ?? []) {
    const name = subset.name ?? '';
    if (!entry.subsets.has(name)) entry.subsets.set(name, { subset, rule });
  }
  if (entry.trafficPolicy === undefined && spec.trafficPolicy !== undefined) {
    entry.trafficPolicy = spec.trafficPolicy;
    entry.policyRule = rule;
  }
}
