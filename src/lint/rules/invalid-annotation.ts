/** Values of annotations that Istio does not take. */
import { annotatedKinds, annotationsGiven } from '../facts/annotations-given.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const invalidAnnotation: LintRule = {
  meta: {
    code: 'IST0125',
    name: 'invalid-annotation',
    severity: 'warning',
    summary: 'An annotation of Istio has a value that it does not take.',
    why: 'The sidecar is then not injected, or starts with the default instead: which ports and addresses it captures is not what is written.',
    help: 'Correct the value.',
    istio: analyzer('IST0125', 'analyzers/annotations/annotations.go'),
  },
  reads: annotatedKinds,
  kiali: null,
  *check(facts) {
    for (const { resource, name, value, known, placed } of annotationsGiven(facts)) {
      const defect = placed ? (known?.defect(value) ?? null) : null;
      if (defect === null) continue;
      yield occurrence(
        resource,
        resource.metadata,
        ['annotations', name],
        `${name} is ${JSON.stringify(value)}: ${defect}`,
      );
    }
  },
};
