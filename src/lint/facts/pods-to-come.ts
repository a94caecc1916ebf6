/** A Pod that Istio's analyzer misses, for it is still to come. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Labels } from '../../mesh/index.ts';
import type { Placed, Resource } from '../../resource/index.ts';
import { nameOf, occurrence } from '../rule.ts';
import type { PodLike } from './pods.ts';
import { labelsText } from './selectors.ts';

/** At the selector of a resource, which Pods of the template will fit. */
export function podsToCome(
  resource: Resource,
  selector: Labels & Placed,
  { resource: set }: PodLike,
): Occurrence {
  const message = `Istio's analyzer finds no Pod with the labels ${labelsText(selector)}; those of ${nameOf(set)} will carry them`;
  return occurrence(resource, selector, [], message, {
    severity: 'info',
    why: 'The analyzer counts Pods only; those of a Deployment and its like are seldom among the files.',
    help: 'Nothing has to be done.',
  });
}
