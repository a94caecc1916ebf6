/** Every level at which a DestinationRule sets a traffic policy. */
import type { PortTrafficPolicy, Resource, TrafficPolicy } from '../resource/index.ts';

export type PolicyLevel = TrafficPolicy | PortTrafficPolicy;

/** The top, its subsets, and the ports of both. */
export function policyLevels({ spec }: Resource<'DestinationRule'>): readonly PolicyLevel[] {
  const policies = [spec.trafficPolicy, ...(spec.subsets ?? []).map((one) => one.trafficPolicy)];
  return policies.flatMap((policy) =>
    policy === undefined ? [] : [policy, ...(policy.portLevelSettings ?? [])],
  );
}
