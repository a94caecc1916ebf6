/** The DestinationRule that one client proxy gets for a destination, as the policies that clusters are made of. */
import { type MergedDestinationRule, type Mesh, ruleForClient } from '../mesh/index.ts';
import type { DestinationShare, Viewpoint } from '../routing/index.ts';
import type { Policies } from './traffic-policy.ts';

const converted = new WeakMap<MergedDestinationRule, Policies>();

export function policiesFor(
  mesh: Mesh,
  { host }: DestinationShare,
  { namespace, labels }: Viewpoint,
): Policies | undefined {
  const services = mesh.servicesByHost.get(host) ?? [];
  const service = services.find((one) => one.namespace === namespace) ?? services[0];
  if (service === undefined) return undefined;
  const found = mesh.destinationRules.search(host, service.namespace, namespace).at(-1);
  const rule = ruleForClient(found?.rules ?? [], namespace, labels);
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
