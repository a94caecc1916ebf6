/** Which namespaces Istio reads: all, or those that the mesh's discoverySelectors name (`pkg/kube/namespace/filter.go`). */
import type { LabelSelector, Resource } from '../resource/index.ts';
import { type Labels, labelsMatch } from './workload.ts';

/** undescribed: of a namespace without a document its labels are not known, and it is taken to be read. */
export type Discovery = {
  readonly reads: (namespace: string) => boolean;
  readonly undescribed: (namespace: string) => boolean;
};

const everything: Discovery = { reads: () => true, undescribed: () => false };

/** One selector that Istio cannot make sense of takes all of them away. */
export function discoveryOf(
  resources: readonly Resource[],
  selectors: readonly LabelSelector[] | undefined,
): Discovery {
  if (selectors === undefined || selectors.length === 0) return everything;
  if (!selectors.every(isSound)) return everything;
  const described = new Map<string, boolean>();
  for (const { kind, name, metadata } of resources) {
    if (kind !== 'Namespace') continue;
    const labels = { ...metadata.labels, [nameLabel]: name };
    described.set(
      name,
      selectors.some((selector) => selects(selector, labels)),
    );
  }
  return {
    reads: (namespace) => described.get(namespace) ?? true,
    undescribed: (namespace) => !described.has(namespace),
  };
}

/** Every namespace of a cluster carries its name as this label. */
const nameLabel = 'kubernetes.io/metadata.name';

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

/** Without any requirement it selects everything. */
function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  return (
    labelsMatch(matchLabels ?? {}, labels) &&
    (matchExpressions ?? []).every((requirement) => holds(requirement, labels))
  );
}

function holds({ key = '', operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const among = value !== undefined && values?.includes(value) === true;
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function isSound({ matchExpressions }: LabelSelector): boolean {
  return (matchExpressions ?? []).every(({ key = '', operator = '', values }) => {
    const count = values?.length ?? 0;
    const asksValues = operator === 'In' || operator === 'NotIn';
    const asksNone = operator === 'Exists' || operator === 'DoesNotExist';
    return key !== '' && (asksValues ? count > 0 : asksNone && count === 0);
  });
}
