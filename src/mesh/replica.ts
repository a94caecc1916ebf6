/** Which Pods of the input a Deployment or its like has for its own, and which replicas it starts beside them. */
import type { PodTemplate, Resource } from '../resource/index.ts';

type Labels = { readonly [key: string]: string };

/** A Pod that a selector has found. */
type Selected = { readonly name: string; readonly labels: Labels; readonly resource: Resource };

export const workloadSetKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;

export type WorkloadSetKind = (typeof workloadSetKinds)[number];

export type Owner = { readonly kind: WorkloadSetKind; readonly name: string };

/** No mesh on one computer has more of one template. */
const mostReplicas = 100;

const templateHash = 'pod-template-hash';

/** The numbers of its replicas; on one computer a DaemonSet has one. */
export function ordinalsOf(set: Resource<WorkloadSetKind>): readonly number[] {
  const wanted = set.kind === 'DaemonSet' ? 1 : (set.spec.replicas ?? 1);
  const first = set.kind === 'StatefulSet' ? (set.spec.ordinals?.start ?? 0) : 0;
  return Array.from({ length: Math.min(wanted, mostReplicas) }, (_, i) => first + i);
}

/** Those of them that it starts beside the Pods of the input: none where these are a record of a cluster, which has them all. */
export function ordinalsToStart(
  set: Resource<WorkloadSetKind>,
  selected: (labels: Labels, namespace: string) => readonly Selected[],
): readonly number[] {
  const ordinals = ordinalsOf(set);
  const selector = selectorOfSet(set);
  // Which Pods are its own nobody can know of a set that selects nothing.
  if (Object.keys(selector).length === 0) return ordinals;
  const own = selected(selector, set.namespace).filter((pod) => isOwn(pod, set));
  if (own.some(isRecorded)) return [];
  if (set.kind === 'StatefulSet')
    return ordinals.filter((number) => own.every(({ name }) => name !== `${set.name}-${number}`));
  return ordinals.slice(0, Math.max(0, ordinals.length - own.length));
}

/** The labels by which it looks for its Pods; those of the template where it names none. Empty: it has no way to know them. */
function selectorOfSet({ spec }: Resource<WorkloadSetKind>): Labels {
  return spec.selector?.matchLabels ?? templateLabels(spec.template);
}

/**
 * Is a Pod with the labels of its selector one of its own? Where the Pod names what controls it, that says it. A Pod without such an
 * owner is taken over by what selects it: by a StatefulSet where it is called as one of its Pods, by a ReplicaSet or DaemonSet in any
 * case. By a Deployment never, for its ReplicaSets select by a hash, which Pods written by hand do not have.
 */
function isOwn(pod: Selected, set: Resource<WorkloadSetKind>): boolean {
  if (pod.resource.kind !== 'Pod' || hasEnded(pod.resource)) return false;
  if (pod.resource.controller !== null)
    return controllersOf(pod.resource).some(
      ({ kind, name }) => kind === set.kind && name === set.name,
    );
  switch (set.kind) {
    case 'Deployment':
      return isNamedByHash(pod, set) || isReplicaOnRecord(pod, set);
    case 'StatefulSet':
      return /^\d+$/.test(ordinalText(pod, set));
    default:
      return true;
  }
}

/** Such a Pod runs no more, and its controller starts another for it. */
function hasEnded({ status }: Resource<'Pod'>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** What controls a Pod, what controls that before it: a ReplicaSet is named after its Deployment and the hash that it gives its Pods. */
export function controllersOf({ controller, metadata }: Resource): readonly Owner[] {
  const kind = workloadSetKinds.find((one) => one === controller?.kind);
  if (controller?.group !== 'apps' || kind === undefined) return [];
  const { name } = controller;
  const end = `-${metadata.labels?.[templateHash] ?? ''}`;
  if (kind !== 'ReplicaSet' || end === '-' || !name.endsWith(end)) return [{ kind, name }];
  return [
    { kind: 'Deployment', name: name.slice(0, -end.length) },
    { kind, name },
  ];
}

/** As a ReplicaSet of the Deployment names its Pods, though the Pod does not say whose it is. */
function isNamedByHash({ name, labels }: Selected, set: Resource): boolean {
  const hash = labels[templateHash] ?? '';
  // Kubernetes cuts what it puts five characters behind.
  return hash !== '' && name.startsWith(`${set.name}-${hash}-`.slice(0, 58));
}

/**
 * Has a cluster written it down, with all labels of the template, or with the hash of an older one? A test Pod of a chart, say, that
 * only carries the labels of the selector is none.
 */
function isReplicaOnRecord(pod: Selected, { spec }: Resource<WorkloadSetKind>): boolean {
  if (!hasRecordedAddress(pod)) return false;
  return (
    hasHash(pod) ||
    Object.entries(templateLabels(spec.template)).every(
      ([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value,
    )
  );
}

function ordinalText({ name }: Selected, set: Resource): string {
  return name.startsWith(`${set.name}-`) ? name.slice(set.name.length + 1) : '';
}

/** Does the Pod carry what only a cluster writes into it? */
function isRecorded(pod: Selected): boolean {
  return pod.resource.controller !== null || hasHash(pod) || hasRecordedAddress(pod);
}

function hasRecordedAddress({ resource }: Selected): boolean {
  return resource.kind === 'Pod' && (resource.status?.podIP ?? '') !== '';
}

function hasHash({ labels }: Selected): boolean {
  return [templateHash, 'controller-revision-hash'].some((key) => Object.hasOwn(labels, key));
}

export function templateLabels(template: PodTemplate | undefined): Labels {
  return template?.metadata?.labels ?? {};
}
