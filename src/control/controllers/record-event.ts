/** Events: what happened to an object, as `kubectl describe` shows it at the end. */
import { textAt } from '../json.ts';
import { type Controller, type Transaction, timestamp } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import type { ControllerEnv } from './controller-env.ts';
import { nameSuffix } from './name-suffix.ts';

export type EventFacts = {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
};

const eventsMax = 500;
const eventsSlack = 100;

export function recordEvent(
  transaction: Transaction,
  env: ControllerEnv,
  object: StoredObject,
  component: string,
  { reason, message, type = 'Normal' }: EventFacts,
): void {
  const { name, uid, resourceVersion } = object.metadata;
  const namespace = textAt(object.metadata, 'namespace') || 'default';
  const time = timestamp(env.now());
  transaction.put({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${nameSuffix(env.random)}${nameSuffix(env.random)}`, namespace },
    involvedObject: {
      kind: object.kind,
      namespace,
      name,
      uid,
      apiVersion: object.apiVersion,
      resourceVersion,
    },
    reason,
    message,
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: '',
  });
}

/** Old events make room for new ones, some at a time. */
export const eventController: Controller = {
  name: 'event',
  kinds: ['Event'],
  settle: (transaction) => {
    const events = transaction.list('', 'Event');
    if (events.length <= eventsMax + eventsSlack) return;
    const oldest = [...events]
      .sort((a, b) => (textAt(a, 'lastTimestamp') < textAt(b, 'lastTimestamp') ? -1 : 1))
      .slice(0, events.length - eventsMax);
    for (const event of oldest) transaction.remove(keyOf(event));
  },
};
