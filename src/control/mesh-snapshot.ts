/** Sources to a mesh that can run: decoded, admitted, stood in for where something is missing. */
import {
  buildMesh,
  type Mesh,
  type StandIn,
  standInResources,
  standInsFor,
} from '../mesh/index.ts';
import { decodeSources, kubernetesGatewaysOf } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { admit, judge, type Refusal } from '../validation/index.ts';

export type SnapshotOptions = {
  readonly defaultNamespace: string;
  /** false: what is missing stays missing, as in a cluster. */
  readonly standIns: boolean;
  /** As Istio was installed; undefined: as it is without further ado. */
  readonly clusterDomain?: string | undefined;
  readonly rootNamespace?: string | undefined;
};

export type MeshSnapshot = {
  readonly mesh: Mesh;
  readonly standIns: readonly StandIn[];
  /** Documents that are not part of the mesh, for the API server or Istio would refuse them. */
  readonly refused: readonly Refusal[];
};

/** Cannot fail. Unreadable documents are not in it; who takes the sources has looked at their problems. */
export function takeSnapshot(sources: readonly Source[], options: SnapshotOptions): MeshSnapshot {
  const { resources, foreign } = decodeSources(sources, { ...options, atHand: judge });
  const kubernetesGateways = kubernetesGatewaysOf(foreign, options.defaultNamespace);
  const { admitted, refused } = admit(resources);
  const standIns = options.standIns ? standInsFor(admitted, resources) : [];
  const made = standInResources(standIns, resources.length);
  return {
    mesh: buildMesh([...admitted, ...made], { ...options, kubernetesGateways }),
    standIns,
    refused,
  };
}
