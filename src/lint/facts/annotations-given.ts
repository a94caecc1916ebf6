/** Istio's annotations that objects carry, of the kinds whose annotations its analyzers look at. */
import { keySpanAt, type ObjectMeta, type Resource } from '../../resource/index.ts';
import type { Span } from '../../text/index.ts';
import type { Facts } from './facts.ts';
import { type IstioAnnotation, isIstioName, istioAnnotations } from './istio-annotations.ts';

export const annotatedKinds = ['Service', 'Namespace', 'Pod', 'Deployment'] as const;

type Annotations = NonNullable<ObjectMeta['annotations']>;

/**
 * annotations: all of the object. known: what Istio says of it, undefined where it has no such annotation.
 * placed: is it of any effect on that kind?
 */
export type GivenAnnotation = {
  readonly resource: Resource;
  readonly annotations: Annotations;
  readonly name: string;
  readonly value: string;
  readonly known: IstioAnnotation | undefined;
  readonly placed: boolean;
};

export function* annotationsGiven(facts: Facts): Iterable<GivenAnnotation> {
  for (const kind of annotatedKinds)
    for (const resource of facts.objects.of(kind)) {
      const { annotations } = resource.metadata;
      if (annotations === undefined) continue;
      for (const [name, value] of Object.entries(annotations)) {
        if (!isIstioName(name)) continue;
        const known = istioAnnotations.get(name);
        const placed = known?.on.some((on) => on === 'Any' || on === kind) === true;
        yield { resource, annotations, name, value, known, placed };
      }
    }
}

/** Where its name stands. */
export function nameSpanOf({ annotations, name }: GivenAnnotation): Span {
  return keySpanAt(annotations, name);
}
