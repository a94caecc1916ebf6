/** Sources to a mesh that can run: decoded, admitted, stood in for where something is missing. */
import { buildMesh, type Mesh } from '../mesh/index.ts';
import { decodeSources, type Resource } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { admit, type Refusal } from '../validation/index.ts';
import type { StandIn } from './stand-in.ts';
import { standInsFor } from './stand-ins.ts';

export type SnapshotOptions = {
  readonly defaultNamespace: string;
  /** false: what is missing stays missing, as in a cluster. */
  readonly standIns: boolean;
};

export type MeshSnapshot = {
  readonly mesh: Mesh;
  readonly standIns: readonly StandIn[];
  /** Documents that are not part of the mesh, for the API server or Istio would refuse them. */
  readonly refused: readonly Refusal[];
};

/** Cannot fail. Unreadable documents are not in it; who takes the sources has looked at their problems. */
export function takeSnapshot(sources: readonly Source[], options: SnapshotOptions): MeshSnapshot {
  const { resources } = decodeSources(sources, options);
  const { admitted, refused } = admit(resources);
  const standIns = options.standIns ? standInsFor(admitted) : [];
  const made = decodeSources(standIns.map(standInSource), options).resources;
  return {
    mesh: buildMesh([...admitted, ...renumbered(made, resources.length)]),
    standIns,
    refused,
  };
}

function standInSource({ object }: StandIn): Source {
  const { name, namespace } = object.metadata;
  return {
    name: `<stand-in ${object.kind} ${namespace}/${name}>`,
    text: `${JSON.stringify(object, null, 2)}\n`,
  };
}

/** Their places in the input come after all that was given. */
function renumbered(resources: readonly Resource[], from: number): readonly Resource[] {
  return resources.map((resource, i) => ({ ...resource, order: from + i }));
}
