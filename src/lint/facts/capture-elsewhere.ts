/** DNS capture that is turned on somewhere else than in the settings of the mesh, so that some sidecars have addresses of their own. */
import { workloadSetKinds } from '../../mesh/index.ts';
import { annotationCapturesDns } from '../../resource/index.ts';
import { nameOf } from '../rule.ts';
import type { Facts } from './facts.ts';
import { lazyFor } from './lazy.ts';

/** Who says so, in words; null where nobody does. */
export const captureElsewhere = lazyFor(
  (facts: Facts): string | null => facts.foreignNames.capturesDns ?? byAnnotation(facts),
);

function byAnnotation({ objects }: Facts): string | null {
  for (const pod of objects.of('Pod'))
    if (annotationCapturesDns(pod.metadata.annotations)) return nameOf(pod);
  for (const kind of workloadSetKinds)
    for (const set of objects.of(kind))
      if (annotationCapturesDns(set.spec.template?.metadata?.annotations)) return nameOf(set);
  return null;
}
