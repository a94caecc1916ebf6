/** How the rules of this room are written down: an error that refuses, a warning that only prints. */
import type { RuleMeta } from '../../diagnostic/index.ts';

type Wording = {
  readonly summary: string;
  readonly why: string;
  readonly help: string;
};

/** An error of Istio's validation: webhook and `istioctl validate` refuse the document. source: where Istio decides it. */
export const refusal = (
  code: string,
  name: string,
  source: string,
  wording: Wording,
): RuleMeta => ({
  code,
  name,
  severity: 'error',
  ...wording,
  istio: { rejects: true, code: 'IST0106', source },
});

/** A warning of Istio's validation: the document is stored. */
export const caution = (
  code: string,
  name: string,
  source: string,
  wording: Wording,
): RuleMeta => ({
  code,
  name,
  severity: 'warning',
  ...wording,
  istio: { rejects: false, code: 'IST0133', source },
});

/** What `istioctl analyze` has no code for. rejects: does `istioctl validate` refuse the document? */
export const own = (
  code: string,
  name: string,
  severity: RuleMeta['severity'],
  rejects: boolean,
  wording: Wording,
): RuleMeta => ({
  code,
  name,
  severity,
  ...wording,
  istio: { rejects, code: null, source: '' },
});
