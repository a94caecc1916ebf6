/** What a new snapshot has that nobody has been told of. */
import { meshConfigRefused } from '../mesh/index.ts';
import type { MeshEvent } from './mesh-event.ts';
import type { MeshSnapshot } from './mesh-snapshot.ts';

/** Of stand-ins that are made for another reason than those before. */
export function standInEvents(before: MeshSnapshot, now: MeshSnapshot): readonly MeshEvent[] {
  const known = new Set(before.standIns.map(({ why }) => why));
  return now.standIns.flatMap(({ object: { kind, metadata }, why }) =>
    known.has(why)
      ? []
      : [{ event: 'stand-in', object: `${kind} ${metadata.namespace}/${metadata.name}`, why }],
  );
}

/** Settings of the mesh that Istio refuses: it goes on with those that it had. Null where they are no others than before. */
export function settingsRefused(before: MeshSnapshot, now: MeshSnapshot): string | null {
  const refused = meshConfigRefused(now.mesh);
  return refused === null || refused === meshConfigRefused(before.mesh)
    ? null
    : `${refused}; the last good ones hold on`;
}
