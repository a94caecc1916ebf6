/** Annotations that Istio has given up. */
import { annotatedKinds, annotationsGiven, nameSpanOf } from '../facts/annotations-given.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

const inject = 'sidecar.istio.io/inject';

export const deprecatedAnnotation: LintRule = {
  meta: {
    code: 'IST0135',
    name: 'deprecated-annotation',
    severity: 'info',
    summary: 'An annotation is used that Istio has deprecated.',
    why: 'A later version of Istio will pass over it.',
    help: 'Use what replaced it; sidecar.istio.io/inject is a label now.',
    istio: analyzer('IST0135', 'analyzers/annotations/annotations.go'),
  },
  reads: annotatedKinds,
  kiali: null,
  *check(facts) {
    for (const given of annotationsGiven(facts)) {
      const { resource, name, known } = given;
      if (known?.deprecated !== true) continue;
      const { labels = {} } = resource.metadata;
      // Who has the label too keeps the annotation for older versions, and knows.
      if (name === inject && Object.hasOwn(labels, inject)) continue;
      yield {
        ...occurrence(
          resource,
          resource.metadata,
          ['annotations', name],
          `the annotation ${name} is deprecated`,
          name === inject ? { help: 'Write it as a label of the Pod, under metadata.labels.' } : {},
        ),
        span: nameSpanOf(given),
      };
    }
  },
};
