/** How EndpointSlices and Endpoints say what they are for, and what a cluster's controllers have to do with them. */
import type { Labels } from './workload.ts';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** Makes slices of the Pods that a Service selects. */
export const sliceController = 'endpointslice-controller.k8s.io';
/** Makes slices of Endpoints. */
export const mirrorController = 'endpointslicemirroring-controller.k8s.io';

/** Endpoints that elect a leader, or say so, are not mirrored into slices. */
export function areKeptUnmirrored(labels: Labels, annotations: Labels): boolean {
  return (
    labels['endpointslice.kubernetes.io/skip-mirror']?.toLowerCase() === 'true' ||
    annotations['control-plane.alpha.kubernetes.io/leader'] !== undefined
  );
}
