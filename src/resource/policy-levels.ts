/** Every level at which a DestinationRule sets a traffic policy. */
import type { PortTrafficPolicy, TrafficPolicy } from './istio/destination-rule.ts';
import type { Resource } from './resource.ts';

/** subset: null for the whole service. entry: of portLevelSettings, whose settings they are; null for those of all ports. */
export type PolicyLevel = {
  readonly subset: string | null;
  readonly entry: PortTrafficPolicy | null;
  readonly settings: TrafficPolicy | PortTrafficPolicy;
};

/** The top and its ports, then each subset and its ports. */
export function policyLevels({ spec }: Resource<'DestinationRule'>): readonly PolicyLevel[] {
  const subsets = spec.subsets ?? [];
  return [
    ...levelsOf(null, spec.trafficPolicy),
    ...subsets.flatMap(({ name = '', trafficPolicy }) => levelsOf(name, trafficPolicy)),
  ];
}

function levelsOf(
  subset: string | null,
  policy: TrafficPolicy | undefined,
): readonly PolicyLevel[] {
  if (policy === undefined) return [];
  const entries = policy.portLevelSettings ?? [];
  return [
    { subset, entry: null, settings: policy },
    ...entries.map((entry) => ({ subset, entry, settings: entry })),
  ];
}
