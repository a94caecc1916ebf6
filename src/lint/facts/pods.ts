/** What selectors select. */

import {
  type Labels,
  labelsMatch,
  ordinalsToStart,
  type WorkloadSetKind,
  workloadSetKinds,
} from '../../mesh/index.ts';
import type { ForeignPods, Resource } from '../../resource/index.ts';
import { isGivenToPods, isGivenToPodsOf, withoutGiven } from './given-labels.ts';
import type { Objects } from './objects.ts';

/** A Pod, or the template that pods are made from. */
export type PodLike = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly resource: Resource;
};

export type Pods = {
  /** What Istio's analyzers go by: Pods; where the input has none, the templates of Deployments and the like stand for them. */
  readonly all: readonly PodLike[];
  /** Those of `all` that carry every label; in a namespace, or in any. No labels: every pod. */
  readonly selectedBy: (labels: Labels, namespace?: string) => readonly PodLike[];
  /** Is there one? A label that all versions share selects thousands. */
  readonly selectsAny: (labels: Labels, namespace?: string) => boolean;
  /** What a cluster would have: those, and the templates whose pods are still to come. A Pod that is not one of theirs takes none of them away. */
  readonly expectedBy: (labels: Labels, namespace?: string) => readonly PodLike[];
  /** Where the input has any. */
  readonly namespaces: ReadonlySet<string>;
  /** May pods carry the labels that objects of kinds make which are not read further? */
  readonly mayComeFromElsewhere: (labels: Labels, namespace?: string) => boolean;
};

const none: Labels = {};

export function gatherPods(objects: Objects, foreign: readonly ForeignPods[]): Pods {
  const pods = objects.of('Pod').map((pod) => podLike(pod, pod.metadata.labels));
  const sets = workloadSetKinds.flatMap((kind) => objects.of(kind));
  const all = pods.length > 0 ? pods : sets.map(templateOf);
  const index = new Map<string, PodLike[]>();
  for (const pod of all)
    for (const [key, value] of Object.entries(pod.labels)) {
      const found = index.get(`${key}=${value}`);
      if (found === undefined) index.set(`${key}=${value}`, [pod]);
      else found.push(pod);
    }
  const carries = (pod: PodLike, labels: Labels, namespace: string | undefined): boolean =>
    (namespace === undefined || pod.namespace === namespace) && willCarry(pod, labels);
  const selectedBy: Pods['selectedBy'] = (labels, namespace) =>
    candidates(labels, all, index).filter((pod) => carries(pod, labels, namespace));
  /** Beside the same Pods that the mesh takes for its own. */
  const isToCome = (set: Resource<WorkloadSetKind>): boolean =>
    ordinalsToStart(set, selectedBy).length > 0;
  const toCome = pods.length === 0 ? [] : sets.filter(isToCome).map(templateOf);
  return {
    all,
    namespaces: new Set([...all, ...toCome].map(({ namespace }) => namespace)),
    selectedBy,
    selectsAny: (labels, namespace) =>
      candidates(labels, all, index).some((pod) => carries(pod, labels, namespace)),
    expectedBy: (labels, namespace) => [
      ...selectedBy(labels, namespace),
      ...toCome.filter((one) => carries(one, labels, namespace)),
    ],
    mayComeFromElsewhere: (labels, namespace) =>
      foreign.some(
        (pods) =>
          (namespace === undefined || pods.namespace === namespace) &&
          (pods.labels === null || labelsMatch(withoutGiven(labels), pods.labels)),
      ),
  };
}

function templateOf(set: Resource<WorkloadSetKind>): PodLike {
  return podLike(set, set.spec.template?.metadata?.labels);
}

/** Is it a template? Istio's analyzers see Pods only, so what is said of one has no code of theirs. */
export function isTemplate({ resource }: PodLike): boolean {
  return resource.kind !== 'Pod';
}

export function isScaledToNone(set: Resource): boolean {
  return 'replicas' in set.spec && set.spec.replicas === 0;
}

/** The shortest list of pods that share one of the labels. */
function candidates(
  labels: Labels,
  all: readonly PodLike[],
  index: ReadonlyMap<string, readonly PodLike[]>,
): readonly PodLike[] {
  let best = all;
  for (const [key, value] of Object.entries(labels)) {
    if (isGivenToPods(key)) continue;
    const found = index.get(`${key}=${value}`) ?? [];
    if (found.length < best.length) best = found;
  }
  return best;
}

/** The labels of a template, and those that its controller adds. */
function willCarry(pod: PodLike, labels: Labels): boolean {
  if (!isTemplate(pod)) return labelsMatch(labels, pod.labels);
  return Object.entries(labels).every(
    ([key, value]) =>
      (Object.hasOwn(pod.labels, key) && pod.labels[key] === value) ||
      isGivenToPodsOf(pod.resource, key, value),
  );
}

function podLike(resource: Resource, labels: Labels | undefined): PodLike {
  return { namespace: resource.namespace, name: resource.name, labels: labels ?? none, resource };
}
