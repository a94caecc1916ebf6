/** What a Pod's status says, and the status of one that runs here: its server is up when the mesh is. */
import { type JsonObject, listAt, textAt } from '../json.ts';
import { timestamp } from '../object-store.ts';
import type { StoredObject } from '../stored-object.ts';

/** The one computer as a node. */
export const nodeName = 'tcpmesh';
export const nodeAddress = '127.0.0.1';
/** How container ids of this computer begin. */
const nodeRuntime = 'tcpmesh://';

export function isReady(pod: StoredObject): boolean {
  if (textAt(pod, 'status', 'phase') !== 'Running') return false;
  return listAt(pod, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  );
}

/** Its containers run no more and will not again: its controller starts another. */
export function hasEnded(pod: StoredObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Is its status the word of this computer, and not a record of a cluster? */
export function runsHere(pod: StoredObject): boolean {
  return listAt(pod, 'status', 'containerStatuses').some((one) =>
    textAt(one, 'containerID').startsWith(nodeRuntime),
  );
}

/** Then a StatefulSet and a DaemonSet remove it. What a cluster has recorded stays as it is. */
export function endedHere(pod: StoredObject): boolean {
  return hasEnded(pod) && runsHere(pod);
}

export function runningStatus(pod: StoredObject, podIp: string, now: number): JsonObject {
  const time = timestamp(now);
  const condition = (type: string): JsonObject => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: time,
  });
  return {
    phase: 'Running',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    hostIP: nodeAddress,
    hostIPs: [{ ip: nodeAddress }],
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime: time,
    qosClass: 'BestEffort',
    containerStatuses: listAt(pod, 'spec', 'containers').map((container) => ({
      name: textAt(container, 'name'),
      image: textAt(container, 'image'),
      imageID: '',
      containerID: `${nodeRuntime}${pod.metadata.uid}`,
      ready: true,
      started: true,
      restartCount: 0,
      lastState: {},
      state: { running: { startedAt: time } },
    })),
  };
}
