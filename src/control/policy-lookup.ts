/** The DestinationRule that one client proxy gets for a destination, as the policies that clusters are made of. */
import type { MergedDestinationRule } from '../mesh/index.ts';
import { type Compiled, type DestinationShare, destinationRuleFor } from '../routing/index.ts';
import type { Policies } from './traffic-policy.ts';

const converted = new WeakMap<MergedDestinationRule, Policies>();

export function policiesFor({ view }: Compiled, { host }: DestinationShare): Policies | undefined {
  const service = view.services.get(host);
  const rule = service === undefined ? null : destinationRuleFor(view, service);
  if (rule === null) return undefined;
  let policies = converted.get(rule);
  if (policies === undefined) {
    policies = {
      trafficPolicy: rule.trafficPolicy,
      subsets: [...rule.subsets.values()].map(({ subset }) => subset),
    };
    converted.set(rule, policies);
  }
  return policies;
}
