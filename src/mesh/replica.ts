/** Which Pods of the input are those that a Deployment or its like has started. */
import type { PodTemplate, Resource } from '../resource/index.ts';

type Labels = { readonly [key: string]: string };

export const workloadSetKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;

export type WorkloadSetKind = (typeof workloadSetKinds)[number];

/** The labels by which it looks for its Pods; those of the template where it names none. Empty: it has no way to know them. */
function selectorOfSet({ spec }: Resource<WorkloadSetKind>): Labels {
  return spec.selector?.matchLabels ?? templateLabels(spec.template);
}

/**
 * Is a Pod with these labels, those of its selector among them, one of its own? A Deployment knows its own by the hash that its ReplicaSet gives them,
 * which Pods written by hand seldom have: those need all labels of the template. A test Pod of a chart, say, that only carries the
 * labels of the selector is none. A ReplicaSet adopts whatever fits its selector.
 */
function isReplica(labels: Labels, set: Resource<WorkloadSetKind>): boolean {
  if (set.kind === 'ReplicaSet') return true;
  if (madeByController.some((key) => Object.hasOwn(labels, key))) return true;
  return Object.entries(templateLabels(set.spec.template)).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

/** Is one of these Pods, found by its selector, its own? Of a set that selects nothing nobody can know. */
export function hasReplicas(
  set: Resource<WorkloadSetKind>,
  selected: (labels: Labels, namespace: string) => readonly { readonly labels: Labels }[],
): boolean {
  const selector = selectorOfSet(set);
  if (Object.keys(selector).length === 0) return false;
  return selected(selector, set.namespace).some(({ labels }) => isReplica(labels, set));
}

/** Of an older template too, whose labels may have been others. */
const madeByController = ['pod-template-hash', 'controller-revision-hash'];

export function templateLabels(template: PodTemplate | undefined): Labels {
  return template?.metadata?.labels ?? {};
}
