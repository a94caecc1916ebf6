/** Gateways of the Kubernetes Gateway API: tcpmesh runs none, and reads of them what decides whether a waypoint is for a service. */
import type { Span } from '../text/index.ts';
import { below, stringsAt, textAt, type YamlNode } from '../yaml/index.ts';
import type { Foreign } from './resource.ts';

/**
 * waypointFor: its label `istio.io/waypoint-for`, '' without one. from: whose objects its HBONE listener is for, `Same` where nothing
 * says more; selector: the labels of those namespaces, null for one that has more than labels in it.
 */
export type KubernetesGateway = {
  readonly namespace: string;
  readonly name: string;
  readonly waypointFor: string;
  readonly from: string;
  readonly selector: { readonly [key: string]: string } | null;
  readonly span: Span;
};

const apiGroup = /^gateway\.networking\.k8s\.io\//;

export function kubernetesGatewaysOf(
  foreign: readonly Foreign[],
  defaultNamespace: string,
): KubernetesGateway[] {
  return foreign.flatMap(({ kind, apiVersion, namespace, name, place, span }) => {
    if (kind !== 'Gateway' || !apiGroup.test(apiVersion)) return [];
    const listener = hboneListener(below(place.node, 'spec', 'listeners'));
    const allowed = listener && below(listener, 'allowedRoutes', 'namespaces');
    return {
      namespace: namespace || defaultNamespace,
      name,
      waypointFor: textAt(place.node, 'metadata', 'labels', 'istio.io/waypoint-for'),
      from: (allowed && textAt(allowed, 'from')) || 'Same',
      selector: allowed ? selectorOf(below(allowed, 'selector')) : {},
      span,
    };
  });
}

/** `ambient/waypoints.go:makeAllowedRoutes`. */
function hboneListener(listeners: YamlNode | undefined): YamlNode | undefined {
  if (listeners?.kind !== 'list') return undefined;
  return listeners.items.find(
    (one) => textAt(one, 'protocol') === 'HBONE' && textAt(one, 'port') === '15008',
  );
}

function selectorOf(node: YamlNode | undefined): KubernetesGateway['selector'] {
  if (node?.kind !== 'map') return {};
  if (node.entries.some(({ key }) => key !== 'matchLabels')) return null;
  return stringsAt(node, 'matchLabels');
}
