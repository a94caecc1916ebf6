/** Which namespaces, pods and VirtualServices ambient mode is for. */
import { meshGateway } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import type { PodLike } from './pods.ts';

export const dataplaneMode = 'istio.io/dataplane-mode';

/** As Istio's analyzers tell it: a namespace that has sidecars injected is none (util/in_mesh.go:NamespaceInAmbientMode). */
export function isAmbientNamespace(facts: Facts, name: string): boolean {
  const labels = facts.objects.find('Namespace', '', name)?.metadata.labels;
  return (
    labels?.[dataplaneMode] === 'ambient' &&
    labels['istio-injection'] !== 'enabled' &&
    (labels['istio.io/rev'] ?? '') === ''
  );
}

/** A running pod that the CNI plugin has taken into ambient mode, which it writes down: the only sign that Istio's analyzers know. */
export function isCapturedPod({ resource }: PodLike): boolean {
  return (
    resource.kind === 'Pod' &&
    resource.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled'
  );
}

/** In ambient mode, the VirtualServices that workloads (rather than gateways) would use. */
export function* meshBoundInAmbient(facts: Facts): Iterable<Resource<'VirtualService'>> {
  if (facts.options.mode !== 'ambient') return;
  for (const service of facts.objects.of('VirtualService')) {
    const { gateways } = service.spec;
    if (gateways === undefined || gateways.length === 0 || gateways.includes(meshGateway))
      yield service;
  }
}
