/** Under which key the store has the object that a request is about. */
import type { ObjectKey } from '../stored-object.ts';
import type { Target } from './request.ts';

export function keyOfTarget(target: Target, name: string): ObjectKey {
  return {
    group: target.kind.group,
    kind: target.kind.kind,
    namespace: target.namespace ?? '',
    name,
  };
}
