/** How the rules of this room are written down: an error that refuses, a warning that only prints. */
import type { RuleMeta } from '../../diagnostic/index.ts';

type Wording = {
  readonly summary: string;
  readonly why: string;
  readonly help: string;
};

type MakeRule = (code: string, name: string, source: string, wording: Wording) => RuleMeta;

const ofIstio =
  (severity: RuleMeta['severity'], istio: Pick<RuleMeta['istio'], 'rejects' | 'code'>): MakeRule =>
  (code, name, source, wording) => ({
    code,
    name,
    severity,
    ...wording,
    istio: { ...istio, source },
  });

/** An error of Istio's validation: webhook and `istioctl validate` refuse the document. source: where Istio decides it. */
export const refusal = ofIstio('error', { rejects: true, code: 'IST0106' });

/** A warning of Istio's validation: the document is stored. */
export const caution = ofIstio('warning', { rejects: false, code: 'IST0133' });

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
