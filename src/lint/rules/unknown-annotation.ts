/** Annotations with a name of Istio's that Istio does not have. */

import { closest } from '../../text/index.ts';
import { annotatedKinds, annotationsGiven, nameSpanOf } from '../facts/annotations-given.ts';
import { istioAnnotations } from '../facts/istio-annotations.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const unknownAnnotation: LintRule = {
  meta: {
    code: 'IST0108',
    name: 'unknown-annotation',
    severity: 'warning',
    summary: 'An annotation is named like one of Istio, which has none of that name.',
    why: 'Nobody refuses an annotation: one that is misspelt, or that is a label to Istio, does nothing.',
    help: 'Correct the name, or remove it.',
    istio: analyzer('IST0108', 'analyzers/annotations/annotations.go'),
  },
  reads: annotatedKinds,
  kiali: null,
  *check(facts) {
    for (const given of annotationsGiven(facts)) {
      const { resource, name, known } = given;
      if (known !== undefined) continue;
      const meant = closest(name, istioAnnotations.keys());
      yield {
        ...occurrence(
          resource,
          resource.metadata,
          ['annotations', name],
          `Istio has no annotation ${name}`,
          helpFor(name, meant),
        ),
        span: nameSpanOf(given),
      };
    }
  },
};

/** What people write as annotations and Istio reads as labels. */
const labels: ReadonlySet<string> = new Set([
  'istio.io/dataplane-mode',
  'istio.io/use-waypoint',
  'istio.io/use-waypoint-namespace',
  'istio.io/waypoint-for',
  'istio.io/ingress-use-waypoint',
  'istio.io/global',
  'service.istio.io/canonical-name',
  'service.istio.io/canonical-revision',
  'topology.istio.io/network',
  'topology.istio.io/subzone',
  'topology.istio.io/cluster',
  'networking.istio.io/gatewayPort',
  'networking.istio.io/tunnel',
  'security.istio.io/tlsMode',
]);

function helpFor(name: string, meant: string | null): { readonly help?: string } {
  if (labels.has(name)) return { help: 'It is a label: write it under metadata.labels.' };
  return meant === null ? {} : { help: `Did you mean ${meant}?` };
}
