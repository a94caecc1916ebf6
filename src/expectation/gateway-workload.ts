/** Workloads that Gateways select: they have no sidecar, so they are nobody's clients. */
import { labelsMatch, type Mesh, type Workload } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';

const selecting = new WeakMap<Mesh, Map<Workload, Resource<'Gateway'> | null>>();

/** The Gateway that selects it, null where none does. One without a selector selects whatever is a gateway, which nothing tells. */
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
