/** Endpoints on their way out, of which proxies are not told. */
import type { MeshEndpoint, MeshService } from '../mesh/index.ts';

export const drainingLabel = 'istio.io/draining';
const stickySessions = 'istio.io/persistent-session';

const isDraining = ({ labels }: MeshEndpoint): boolean => (labels[drainingLabel] ?? '') !== '';

/**
 * No proxy is told of an endpoint that is terminating, and of one that is labelled as draining only for the sake of sticky sessions
 * (`endpoint_builder.go:filterIstioEndpoint`).
 */
export function withoutDraining(
  endpoints: readonly MeshEndpoint[],
  { resource }: MeshService,
): readonly MeshEndpoint[] {
  if (!endpoints.some((one) => one.leaving || isDraining(one))) return endpoints;
  const sticky =
    resource.kind === 'Service' && (resource.metadata.labels?.[stickySessions] ?? '') !== '';
  return endpoints
    .filter((one) => !one.leaving && (sticky || !isDraining(one)))
    .map((one) => (isDraining(one) ? { ...one, healthy: false } : one));
}
