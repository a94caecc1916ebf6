/** When two Gateways are on one workload, as Istio's analyzer decides it (analyzers/gateway/conflictinggateway.go). */

import type { Labels } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Pods } from './pods.ts';

/** `k=v,k2=v2`, sorted by key. */
export function selectorText(selector: Labels): string {
  return Object.keys(selector)
    .sort()
    .map((key) => `${key}=${selector[key]}`)
    .join(',');
}

/** `k: v, k2: v2`, sorted by key. */
export function labelsText(selector: Labels): string {
  return Object.keys(selector)
    .sort()
    .map((key) => `${key}: ${selector[key]}`)
    .join(', ');
}

const standard: Readonly<Record<string, readonly string[]>> = {
  istio: ['ingressgateway', 'egressgateway', 'eastwestgateway'],
  app: ['istio-ingressgateway', 'istio-egressgateway', 'istio-eastwestgateway'],
};

/** The labels of the gateways that Istio's own installation brings, or its script for several clusters: they are hardly ever among a user's files. */
export function isStandardGateway(selector: Labels): boolean {
  const labels = Object.entries(selector);
  return labels.length > 0 && labels.every(([key, value]) => standard[key]?.includes(value));
}

/** The same selector; or one is part of the other's text and both select one pod. expectedBy: one that is still to come will do. */
export function sameWorkloads(
  a: Resource<'Gateway'>,
  b: Resource<'Gateway'>,
  pods: Pods,
  which: 'selectedBy' | 'expectedBy' = 'selectedBy',
): boolean {
  const [textA, textB] = [a, b].map(({ spec }) => selectorText(spec.selector ?? {}));
  if (textA === undefined || textB === undefined) return false;
  if (textA === textB) return true;
  if (!textA.includes(textB) && !textB.includes(textA)) return false;
  const ofA = new Set(pods[which](a.spec.selector ?? {}));
  return pods[which](b.spec.selector ?? {}).some((pod) => ofA.has(pod));
}
