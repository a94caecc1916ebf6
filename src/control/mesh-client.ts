/** Who may connect: every workload that is no gateway, and a client without labels in each namespace. */

import { capturedAs } from '../expectation/index.ts';
import {
  isGatewayWorkload,
  type Mesh,
  plainViewpoint,
  standInAnnotation,
  type Workload,
} from '../mesh/index.ts';
import type { Viewpoint } from '../routing/index.ts';
import { splitAtSlash } from '../text/index.ts';

/** name: `namespace/workload`. */
export type MeshClient = {
  readonly name: string;
  /** What people call it: the Deployment (and so on) that started it, where it is the only one of that. */
  readonly shortName: string;
  /** With a sidecar, unless the files or the configuration say that it is in ambient mode. */
  readonly viewpoint: Viewpoint;
};

/** everywhereAmbient: whoever the files say nothing of is in ambient mode. */
export type CapturedMesh = { readonly mesh: Mesh; readonly everywhereAmbient: boolean };

/** The client that `connect` is when it names none: no labels, namespace default. */
export const defaultClient = 'default/client';

/** Workloads that run and are no gateway, by name. */
export function clientsOf(captured: CapturedMesh): readonly MeshClient[] {
  const { mesh } = captured;
  return mesh.workloads
    .filter((workload) => workload.state !== 'not-running' && !isGatewayWorkload(workload, mesh))
    .map((workload) => clientOf(workload, captured));
}

/**
 * `namespace/workload`, or the workload alone for namespace default; the name of a Pod, or of the Deployment (and so on) that
 * started it. `client` is in every namespace that has something, unless a workload is called so. '' and '-': the default client.
 */
export function findClient(captured: CapturedMesh, wanted: string): MeshClient | null {
  const { mesh, everywhereAmbient } = captured;
  const text = wanted === '' || wanted === '-' ? defaultClient : wanted;
  const [namespace = 'default', name] = splitAtSlash(text);
  const found = mesh.workloadIndex
    .named(namespace, name)
    .find((workload) => workload.state !== 'not-running' && !isGatewayWorkload(workload, mesh));
  if (found !== undefined) return clientOf(found, captured);
  const viewpoint = plainViewpoint(mesh, namespace, name);
  if (viewpoint === null) return null;
  const own = capturedAs(mesh, everywhereAmbient)(viewpoint);
  return { name: `${namespace}/client`, shortName: `${namespace}/client`, viewpoint: own };
}

/**
 * Did a workload of this full name run in the mesh, and does it no more? A gateway that was only stood in for goes with the Gateways that
 * want one: in a cluster its Pods would be there still.
 */
export function isRemoved(fullName: string, before: CapturedMesh, now: CapturedMesh): boolean {
  const was = runningNamed(before, fullName);
  if (was === undefined || runningNamed(now, fullName) !== undefined) return false;
  const isStandIn = was.resource.metadata.annotations?.[standInAnnotation] !== undefined;
  return !(isStandIn && isGatewayWorkload(was, before.mesh));
}

function runningNamed({ mesh }: CapturedMesh, fullName: string): Workload | undefined {
  const [namespace = '', name] = splitAtSlash(fullName);
  return mesh.workloadIndex
    .named(namespace, name)
    .find((workload) => workload.name === name && workload.state !== 'not-running');
}

function clientOf(workload: Workload, { mesh, everywhereAmbient }: CapturedMesh): MeshClient {
  const { namespace, name, owner, labels, ip } = workload;
  const alone = owner !== null && mesh.workloadIndex.named(namespace, owner.name).length === 1;
  return {
    name: `${namespace}/${name}`,
    shortName: `${namespace}/${alone ? owner.name : name}`,
    viewpoint: capturedAs(mesh, everywhereAmbient)({ kind: 'sidecar', namespace, labels, ip }),
  };
}
