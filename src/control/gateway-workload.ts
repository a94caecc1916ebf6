/** Which workloads are gateways: those that a Gateway selects, and those that are made as Istio's gateways are. */
import { labelsMatch, type Mesh, type Workload } from '../mesh/index.ts';

export function isGatewayWorkload(workload: Workload, mesh: Mesh): boolean {
  const selected = mesh.gateways.some(({ spec }) => {
    const selector = spec.selector ?? {};
    return Object.keys(selector).length > 0 && labelsMatch(selector, workload.labels);
  });
  return selected || looksLikeGateway(workload);
}

/** A Gateway without selector is for every gateway; these are told by Istio's own conventions. */
function looksLikeGateway({ containers, labels }: Workload): boolean {
  const proxy = containers.some(
    ({ name, image }) =>
      name === 'istio-proxy' && (image === 'auto' || (image ?? '').includes('/proxyv2:')),
  );
  return (proxy && containers.length === 1) || /(ingress|egress)gateway/.test(labels.istio ?? '');
}
