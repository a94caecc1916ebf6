/** The shape of a rule over a mesh, and the small words that rules are written with. */
import type { Occurrence, RuleMeta } from '../diagnostic/index.ts';
import { type Kind, type Placed, pathAt, type Resource, refOf, spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import type { Facts } from './facts/facts.ts';

/**
 * check looks at the whole mesh and says every place where the rule applies. reads: the kinds that it looks at, of which the first
 * is the one that findings are about. kiali: Kiali's code for the same, null where it has none.
 */
export type LintRule = {
  readonly meta: RuleMeta;
  readonly reads: readonly Kind[];
  readonly kiali: string | null;
  readonly check: (facts: Facts) => Iterable<Occurrence>;
};

export type More = Pick<
  Occurrence,
  'help' | 'why' | 'severity' | 'related' | 'istio' | 'fix' | 'guess'
>;

/** An occurrence at a value of a resource, or at one of its fields. */
export function occurrence(
  resource: Resource,
  place: Placed,
  keys: readonly (string | number)[],
  message: string,
  more: More = {},
): Occurrence {
  return {
    message,
    span: spanAt(place, ...keys),
    path: pathAt(place, ...keys),
    resource: refOf(resource),
    ...more,
  };
}

/** What Istio's analyzers call a rule, and where they decide it. */
export const analyzer = (code: string, source: string): RuleMeta['istio'] => ({
  rejects: false,
  code,
  source,
});

/** For rules that Istio does not have. */
export const nobodyElse: RuleMeta['istio'] = { rejects: false, code: null, source: '' };

/** `VirtualService default/echo` */
export function nameOf(resource: Resource): string {
  // That it has none, or one that cannot be read, is a finding of its own.
  if (resource.name === '') return `a ${resource.kind} without a name`;
  return `${resource.kind} ${qualifiedName(resource)}`;
}

/** Where a resource says its name, for pointing at the resource as a whole. */
export function nameSpan(resource: Resource): Span {
  return spanAt(resource.metadata, 'name');
}

/** `default/echo` */
export function qualifiedName(resource: Resource): string {
  return resource.namespace === '' ? resource.name : `${resource.namespace}/${resource.name}`;
}
