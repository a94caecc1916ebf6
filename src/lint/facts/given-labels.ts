/** Labels that pods and endpoints have without any file saying so: of where they run, and of what has made them. */
import { endpointLabels, type Labels, labelsMatch } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { lazyFor } from './lazy.ts';

/** A Pod, or the template that pods are made from, with the labels that it says. */
type Labelled = { readonly labels: Labels; readonly resource: Resource };

const hostname = 'kubernetes.io/hostname';

/** Labels that endpoints get from where they run; what the nodes of pods are like is not in the files. */
const ofNode: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'topology.istio.io/cluster',
  'topology.istio.io/network',
]);

const hashes: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
]);

const ofController: ReadonlySet<string> = new Set([
  ...hashes,
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

/** Is it a label that controllers give to the pods that they make? */
export function isGivenToPods(key: string): boolean {
  return ofController.has(key);
}

/** Does the controller of this object give it to one of its pods, whatever the template says? */
export function isGivenToPodsOf({ kind, name }: Resource, key: string, value: string): boolean {
  switch (key) {
    case 'pod-template-hash':
      return kind === 'Deployment';
    case 'controller-revision-hash':
      return kind === 'StatefulSet' || kind === 'DaemonSet';
    case 'statefulset.kubernetes.io/pod-name':
      return (
        kind === 'StatefulSet' &&
        value.startsWith(`${name}-`) &&
        /^\d+$/.test(value.slice(name.length + 1))
      );
    case 'apps.kubernetes.io/pod-index':
      return kind === 'StatefulSet' && /^\d+$/.test(value);
    default:
      return false;
  }
}

/** What is left to say in a template. */
export function withoutGiven(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([key]) => !ofNode.has(key) && key !== hostname && !ofController.has(key),
    ),
  );
}

/** With those that the files give it as an endpoint: the name of its node among them. Every subset may ask. */
export const labelsOnNode = lazyFor(({ labels, resource }: Labelled): Labels => {
  const nodeName = resource.kind === 'Pod' ? resource.spec.nodeName : undefined;
  return endpointLabels(labels, { nodeName });
});

/** Would a pod with labels of its own carry those that are asked for on a node of the right kind? A template's pods will be on some node. */
export function mayCarryOnNode(asked: Labels, pod: Labelled): boolean {
  const { resource } = pod;
  const template = resource.kind !== 'Pod';
  if (!template && !resource.spec.nodeName) return false;
  const rest = Object.entries(asked).filter(
    ([key, value]) =>
      !ofNode.has(key) &&
      !(template && (key === hostname || isGivenToPodsOf(resource, key, value))),
  );
  return labelsMatch(Object.fromEntries(rest), labelsOnNode(pod));
}

/** Labels of which no file can say that no pod has them. */
export function asksOfCluster(labels: Labels): boolean {
  return Object.keys(labels).some((key) => ofNode.has(key) || key === hostname || hashes.has(key));
}
