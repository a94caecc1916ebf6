/** Does a workload have a sidecar, as far as the files say (analyzers/util/in_mesh.go)? */
import type { Labels } from '../../mesh/index.ts';
import type { Container } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

const proxyName = 'istio-proxy';
const ofPod = 'sidecar.istio.io/inject';
const ofNamespace = 'istio-injection';

/** What a Pod, or the template of one, says of itself. */
export type Injectable = {
  readonly namespace: string;
  readonly labels: Labels | undefined;
  readonly annotations: Labels | undefined;
  readonly containers: readonly Container[] | undefined;
};

/** undefined: nothing is said. A container of that name counts before labels, these before annotations, and the Namespace comes last. */
export function hasSidecar(pod: Injectable, facts: Facts): boolean | undefined {
  const proxy = pod.containers?.find(({ name }) => name === proxyName);
  if ((proxy?.image ?? '') !== '') return true;
  const own = pod.labels?.[ofPod] ?? pod.annotations?.[ofPod];
  if (own !== undefined) return own === 'true';
  const namespace = facts.objects.find('Namespace', '', pod.namespace);
  return namespace === undefined
    ? undefined
    : namespace.metadata.labels?.[ofNamespace] === 'enabled';
}
