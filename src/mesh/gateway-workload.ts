/** Which workloads are gateways: they have no sidecar, so they are nobody's clients. */
import type { Resource } from '../resource/index.ts';
import type { Mesh } from './mesh.ts';
import { labelsMatch, type Workload } from './workload.ts';

const selecting = new WeakMap<Mesh, Map<Workload, Resource<'Gateway'> | null>>();

/** The Gateway that selects it, null where none does. One without a selector is for every gateway, and so tells of none. */
export function gatewayOf(workload: Workload, mesh: Mesh): Resource<'Gateway'> | null {
  let known = selecting.get(mesh);
  if (known === undefined) {
    known = new Map();
    selecting.set(mesh, known);
  }
  let gateway = known.get(workload);
  if (gateway === undefined) {
    gateway =
      mesh.gateways.find(({ spec: { selector = {} } }) => {
        return Object.keys(selector).length > 0 && labelsMatch(selector, workload.labels);
      }) ?? null;
    known.set(workload, gateway);
  }
  return gateway;
}

/** Those that a Gateway selects, and those that are made as Istio's gateways are. */
export function isGatewayWorkload(workload: Workload, mesh: Mesh): boolean {
  return gatewayOf(workload, mesh) !== null || looksLikeGateway(workload);
}

/** By Istio's own conventions: a proxy without an application beside it, or the label of the gateways that Istio ships. */
function looksLikeGateway({ containers, labels }: Workload): boolean {
  const proxy = containers.some(
    ({ name, image }) =>
      name === 'istio-proxy' && (image === 'auto' || (image ?? '').includes('/proxyv2:')),
  );
  return (proxy && containers.length === 1) || /(ingress|egress)gateway/.test(labels.istio ?? '');
}
