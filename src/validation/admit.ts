/** Which resources a cluster would store: those that neither the API server nor Istio's webhook refuses. */
import type { Finding } from '../diagnostic/index.ts';
import type { Resource } from '../resource/index.ts';
import { judgementOf } from './judge.ts';

/** findings: all that is wrong with the resource, at its places. */
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
  const admitted: Resource[] = [];
  const refused: Refusal[] = [];
  for (const resource of resources) {
    const { findings, refusedByApiServer, refusedByIstio } = judgementOf(resource);
    if (!refusedByApiServer && !refusedByIstio) admitted.push(resource);
    else {
      const by = !refusedByIstio ? 'api-server' : refusedByApiServer ? 'both' : 'istio';
      refused.push({ resource, by, findings });
    }
  }
  return { admitted, refused };
}
