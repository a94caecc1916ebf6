/** The Gateways among the files that a VirtualService, or one match of it, is for. */
import { meshGateway } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { isForGateway } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { gatewaysByName } from './gateways-by-name.ts';
import type { AnyMatch } from './rule-walk.ts';

/** inMesh: is it for sidecars too? complete: is every Gateway that it is for among the files? */
export type BoundGateways = {
  readonly inMesh: boolean;
  readonly found: readonly Resource<'Gateway'>[];
  readonly complete: boolean;
};

/** match: null for all that the VirtualService is bound to. */
export function boundGateways(
  virtualService: Resource<'VirtualService'>,
  match: AnyMatch | null,
  facts: Facts,
): BoundGateways {
  const bound = [...new Set(facts.routes().boundTo(virtualService).gateways)];
  const asked = bound.filter(
    (name) => match === null || isForGateway(match, name, virtualService.namespace),
  );
  const named = asked.filter((name) => name !== meshGateway);
  const byName = gatewaysByName(facts.mesh);
  const found = named.flatMap((name) => byName.get(name) ?? []);
  return {
    inMesh: named.length < asked.length,
    found,
    complete: found.length === named.length,
  };
}
