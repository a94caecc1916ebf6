/** Annotations of Istio's on objects where nobody reads them. */
import { listed } from '../../text/index.ts';
import { annotatedKinds, annotationsGiven, nameSpanOf } from '../facts/annotations-given.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const misplacedAnnotation: LintRule = {
  meta: {
    code: 'IST0107',
    name: 'misplaced-annotation',
    severity: 'warning',
    summary: 'An annotation of Istio stands on a kind of object where it has no effect.',
    why: 'Istio reads each of its annotations on certain kinds alone; anywhere else it is passed over without a word.',
    help: 'Move it to an object of a kind that it is for.',
    istio: analyzer('IST0107', 'analyzers/annotations/annotations.go'),
  },
  reads: annotatedKinds,
  kiali: null,
  *check(facts) {
    for (const given of annotationsGiven(facts)) {
      const { resource, name, known, placed } = given;
      if (known === undefined || placed) continue;
      const ofPods = resource.kind === 'Deployment' && known.on.includes('Pod');
      yield {
        ...occurrence(
          resource,
          resource.metadata,
          ['annotations', name],
          `${name} has no effect on a ${resource.kind}, only on ${listed(known.on.map(indefinite))}`,
          ofPods ? { help: 'Put it under spec.template.metadata.annotations.' } : {},
        ),
        span: nameSpanOf(given),
      };
    }
  },
};

/** An unqualified Gateway would be taken for Istio's. */
function indefinite(kind: string): string {
  if (kind === 'Gateway') return 'a Gateway of the Gateway API';
  return `${/^[AI]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
