/** Endpoints on their way out, of which proxies are not told. */
import { hasStickySessions, type MeshEndpoint, type MeshService } from '../mesh/index.ts';

export const drainingLabel = 'istio.io/draining';

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
  const sticky = resource.kind === 'Service' && hasStickySessions(resource);
  return endpoints
    .filter((one) => !one.leaving && (sticky || !isDraining(one)))
    .map((one) => (isDraining(one) ? { ...one, healthy: false } : one));
}
