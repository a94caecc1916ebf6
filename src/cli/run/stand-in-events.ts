/** What was made up before anybody listened to events. */
import type { MeshEvent, RunningMesh } from '../../control/index.ts';

export function standInEvents(running: RunningMesh): readonly MeshEvent[] {
  return running.snapshot.standIns.map(({ object, why }) => {
    const { name, namespace } = object.metadata;
    return { event: 'stand-in', object: `${object.kind} ${namespace}/${name}`, why };
  });
}
