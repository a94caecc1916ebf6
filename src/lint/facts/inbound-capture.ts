/** Do connections to a port of a workload go through its sidecar? */
import { labelsMatch, type Workload } from '../../mesh/index.ts';
import { isAmbientNamespace } from './ambient.ts';
import type { Facts } from './facts.ts';
import { hasSidecar } from './injection.ts';

const included = 'traffic.sidecar.istio.io/includeInboundPorts';
const excluded = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** undefined: whether there is a sidecar is not in the files. A Sidecar with listeners of its own says by itself how these are secured: false. */
export function isCaptured(workload: Workload, port: number, facts: Facts): boolean | undefined {
  const { namespace, resource, containers, labels } = workload;
  if (facts.options.mode === 'ambient' || isAmbientNamespace(facts, namespace)) return false;
  const metadata = resource.kind === 'Pod' ? resource.metadata : resource.spec.template?.metadata;
  const annotations = metadata?.annotations;
  const only = annotations?.[included];
  if (only !== undefined && only !== '*' && !names(only, port)) return false;
  if (names(annotations?.[excluded] ?? '', port) || hasOwnListeners(workload, facts)) return false;
  return hasSidecar({ namespace, labels, annotations, containers }, facts);
}

function names(ports: string, port: number): boolean {
  return ports.split(',').some((one) => one.trim() === String(port));
}

function hasOwnListeners({ namespace, labels }: Workload, { mesh }: Facts): boolean {
  return mesh.sidecars.some(
    (sidecar) =>
      sidecar.namespace === namespace &&
      (sidecar.spec.ingress ?? []).length > 0 &&
      labelsMatch(sidecar.spec.workloadSelector?.labels ?? {}, labels),
  );
}
