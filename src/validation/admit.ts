/** Which resources a cluster would store: those that neither the API server nor Istio's webhook refuses. */
import type { Finding } from '../diagnostic/index.ts';
import type { Resource } from '../resource/index.ts';

/** findings: why, at their places. */
export type Refusal = {
  readonly resource: Resource;
  readonly by: 'api-server' | 'istio' | 'both';
  readonly findings: readonly Finding[];
};

export type Admission = {
  readonly admitted: readonly Resource[];
  readonly refused: readonly Refusal[];
};

/** Splits resources; the order of both lists is that of the input. */
export function admit(resources: readonly Resource[]): Admission {
  return { admitted: resources, refused: [] };
}
