/** Which rules of a VirtualService a waypoint uses, asked of routing. */
import type { Rule } from '../../expectation/index.ts';
import { classOf, type MeshService, waypointOf } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import {
  holdsAtWaypoint,
  isReadAtWaypoint,
  PlacedRule,
  type RuleRef,
  ruleAtWaypoint,
} from '../../routing/index.ts';
import type { Facts } from './facts.ts';

/** The services that it is for and that are behind a waypoint which reads it. */
export function servicesAtWaypoint(
  virtualService: Resource<'VirtualService'>,
  services: readonly MeshService[],
  { mesh }: Facts,
): readonly { readonly service: MeshService; readonly namespace: string }[] {
  return services.flatMap((service) => {
    const waypoint = waypointOf(mesh, service.resource);
    if (waypoint === null) return [];
    const reads = isReadAtWaypoint(virtualService, waypoint.namespace, service);
    return reads ? [{ service, namespace: waypoint.namespace }] : [];
  });
}

/** port: one whose connections the rule would take, if the other did not come before it. */
export type HiddenAtWaypoint = {
  readonly service: MeshService;
  readonly port: number;
  readonly taker: RuleRef;
};

/** Null where the rule is used for some port, or would be for none. */
export function hiddenAtWaypoint(rule: Rule, facts: Facts): HiddenAtWaypoint | null {
  const { virtualService: resource, list, number } = rule;
  const written = resource.spec[list]?.[number - 1];
  if (written === undefined) return null;
  let hidden: HiddenAtWaypoint | null = null;
  const { services } = facts.routes().boundTo(resource);
  for (const { service, namespace } of servicesAtWaypoint(resource, services, facts))
    for (const { number: port, protocol } of service.ports) {
      if (['http', 'udp'].includes(classOf(protocol))) continue;
      if (!holdsAtWaypoint(list, written, resource.namespace, service, port)) continue;
      const source = ruleAtWaypoint(facts.mesh, namespace, service, port);
      if (source?.rule === written) return null;
      if (source !== null)
        hidden ??= { service, port, taker: new PlacedRule(source.virtualService, source.rule) };
    }
  return hidden;
}
