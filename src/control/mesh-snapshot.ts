/** Sources to a mesh that can run: decoded, admitted, stood in for where something is missing. */
import {
  buildMesh,
  kindsOf,
  type Mesh,
  type StandIn,
  standInResources,
  standInsFor,
} from '../mesh/index.ts';
import { decodeSources, foreignSettingsOf, type Kind } from '../resource/index.ts';
import type { Source } from '../text/index.ts';
import { admit, judge, type Refusal } from '../validation/index.ts';

export type SnapshotOptions = {
  readonly defaultNamespace: string;
  /** false: what is missing stays missing, as in a cluster. */
  readonly standIns: boolean;
  /** As Istio was installed; undefined: as it is without further ado. */
  readonly clusterDomain?: string | undefined;
  readonly systemNamespace?: string | undefined;
  /** Whoever the sources say nothing of is in ambient mode. */
  readonly everywhereAmbient?: boolean | undefined;
};

export type MeshSnapshot = {
  readonly mesh: Mesh;
  readonly standIns: readonly StandIn[];
  /** Documents that are not part of the mesh, for the API server or Istio would refuse them. */
  readonly refused: readonly Refusal[];
  readonly memory: StandInMemory;
  readonly everywhereAmbient: boolean;
};

/**
 * What was there once is not made up when somebody removes it: that is what he wants to try. kinds: that the sources had some of, now or
 * before; workloads: `namespace/name` of stand-ins for workloads that were there and are gone.
 */
export type StandInMemory = {
  readonly kinds: ReadonlySet<Kind>;
  readonly workloads: ReadonlySet<string>;
};

/**
 * Cannot fail. Unreadable documents are not in it; who takes the sources has looked at their problems. before: what they replace in a
 * running mesh.
 */
export function takeSnapshot(
  sources: readonly Source[],
  options: SnapshotOptions,
  before: MeshSnapshot | null = null,
): MeshSnapshot {
  const { resources, foreign } = decodeSources(sources, { ...options, atHand: judge });
  const { admitted, refused } = admit(resources);
  const kinds = new Set([...(before?.memory.kinds ?? []), ...kindsOf(resources)]);
  const wanted = options.standIns ? standInsFor(admitted, kinds) : [];
  const gone = before === null ? [] : wanted.filter((standIn) => isGone(standIn, before));
  const standIns = wanted.filter((standIn) => !gone.includes(standIn));
  const made = standInResources(standIns, resources.length);
  return {
    mesh: buildMesh([...admitted, ...made], {
      ...options,
      foreign: foreignSettingsOf(foreign, options.defaultNamespace),
      lastConfig: before?.mesh.config,
    }),
    standIns,
    refused,
    everywhereAmbient: options.everywhereAmbient ?? false,
    memory: { kinds, workloads: new Set(gone.map(nameOf)) },
  };
}

/** Is it for a workload that was there, described by the sources? */
function isGone(standIn: StandIn, { mesh, standIns, memory }: MeshSnapshot): boolean {
  const { kind, metadata } = standIn.object;
  if (kind !== 'Pod') return false;
  if (memory.workloads.has(nameOf(standIn))) return true;
  if (standIns.some((known) => nameOf(known) === nameOf(standIn))) return false;
  const labels = Object.entries(metadata.labels ?? {}).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  return mesh.workloadIndex.select(metadata.namespace, Object.fromEntries(labels)).length > 0;
}

function nameOf({ object: { metadata } }: StandIn): string {
  return `${metadata.namespace}/${metadata.name}`;
}
