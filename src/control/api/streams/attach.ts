/** attach: the container's own command, run while somebody watches, and the end of a Pod that is not to start again. */
import { isJsonObject, type JsonObject, listAt, objectAt, textAt } from '../../json.ts';
import { timestamp } from '../../object-store.ts';
import { keyOf } from '../../stored-object.ts';
import type { ApiContext } from '../context.ts';
import type { PodTarget } from './pod-target.ts';

export function ownCommand({ pod, container }: PodTarget): readonly string[] {
  const found = listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === container);
  return [...listAt(found, 'command'), ...listAt(found, 'args')].filter(
    (word): word is string => typeof word === 'string',
  );
}

/** status: how the command ended. A Pod that starts again by itself goes on running. */
export function completePod(
  context: ApiContext,
  { pod, container }: PodTarget,
  status: JsonObject,
): void {
  if (textAt(pod, 'spec', 'restartPolicy') === 'Always') return;
  const cause = listAt(status, 'details', 'causes')[0];
  const exitCode = status.status === 'Success' ? 0 : Number(textAt(cause, 'message')) || 1;
  context.store.transact((transaction) => {
    const now = transaction.get(keyOf(pod));
    if (now === undefined || now.metadata.uid !== pod.metadata.uid) return;
    const finishedAt = timestamp(context.now());
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const statuses = listAt(now, 'status', 'containerStatuses').map((one) =>
      isJsonObject(one) && one.name === container
        ? {
            ...one,
            ready: false,
            started: false,
            state: { terminated: { exitCode, reason, finishedAt } },
          }
        : one,
    );
    transaction.put({
      ...now,
      status: {
        ...objectAt(now, 'status'),
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        conditions: [],
        containerStatuses: statuses,
      },
    });
  });
}
