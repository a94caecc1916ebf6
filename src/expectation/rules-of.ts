/** The tcp and tls rules of VirtualServices, each with its place: what reverse questions, near-misses and coverage walk over. */
import {
  type L4MatchAttributes,
  type Placed,
  pathAt,
  type Resource,
  type RouteDestination,
  spanAt,
  type TlsMatchAttributes,
} from '../resource/index.ts';
import { PlacedRule, type RuleRef } from '../routing/index.ts';
import type { Span } from '../text/index.ts';

export type RuleMatch = L4MatchAttributes | TlsMatchAttributes;

/** ref: as a verdict names it. matches: empty where the rule takes everything. */
export type Rule = {
  readonly ref: RuleRef;
  readonly list: 'tcp' | 'tls';
  /** From 1, within its list. */
  readonly number: number;
  readonly virtualService: Resource<'VirtualService'>;
  readonly matches: readonly RulePart<RuleMatch>[];
  readonly destinations: readonly RulePart<RouteDestination>[];
};

/** A match or destination. Where it stands is looked up when it is shown. */
class RulePart<T extends Placed> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  get path(): string {
    return pathAt(this.value);
  }

  get span(): Span {
    return spanAt(this.value);
  }
}

/** Rules without a route are left out: Istio passes over them. */
export function rulesOf(virtualService: Resource<'VirtualService'>): Rule[] {
  const { spec } = virtualService;
  const lists = [
    { list: 'tcp' as const, rules: spec.tcp ?? [] },
    { list: 'tls' as const, rules: spec.tls ?? [] },
  ];
  return lists.flatMap(({ list, rules }) =>
    rules.flatMap((rule, i) => {
      const { route = [], match = [] } = rule;
      if (route.length === 0) return [];
      return [
        {
          ref: new PlacedRule(virtualService, rule),
          list,
          number: i + 1,
          virtualService,
          matches: match.map((value) => new RulePart(value)),
          destinations: route.map((value) => new RulePart(value)),
        },
      ];
    }),
  );
}

export function sameRule(a: RuleRef | null, b: RuleRef | null): boolean {
  if (a === null || b === null) return a === b;
  return a.namespace === b.namespace && a.name === b.name && a.path === b.path;
}

/** `default/echo spec.tcp[0]`: one rule, as a key and as a name. */
export function ruleKey({ namespace, name, path }: RuleRef): string {
  return `${namespace}/${name} ${path}`;
}
