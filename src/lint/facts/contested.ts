/** VirtualServices whose order is not in the files and matters: another one has rules for the same service. */

import type { Rule } from '../../expectation/index.ts';
import { type MeshService, meshGateway } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import { lazyFor } from './lazy.ts';

/** Services and ports of gateways for which more VirtualServices than this have rules are not looked into, which is said. */
const mostRivals = 20;

type Rivals = ReadonlyMap<Resource<'VirtualService'>, ReadonlySet<Resource<'VirtualService'>>>;

export function contestedServices(facts: Facts): Iterable<Resource<'VirtualService'>> {
  return rivalsIn(facts).keys();
}

/** Of each VirtualService that is contested: all others that have rules for one of its services. */
export const rivalsIn = lazyFor((facts: Facts): Rivals => {
  const contested = new Map<Resource<'VirtualService'>, Set<Resource<'VirtualService'>>>();
  for (const claimants of claimantsOf(facts)) {
    const undated = claimants.some(({ metadata }) => (metadata.creationTimestamp ?? '') === '');
    if (claimants.length < 2 || !undated) continue;
    for (const one of claimants)
      if (claimants.length > mostRivals) facts.unfinished.add(one);
      else {
        const rivals = contested.get(one) ?? new Set();
        contested.set(one, rivals);
        for (const other of claimants) if (other !== one) rivals.add(other);
      }
  }
  return contested;
});

/** VirtualServices that have rules for one service, or for one port of gateways: which Gateways share a workload does not matter here. */
function* claimantsOf(facts: Facts): Iterable<readonly Resource<'VirtualService'>[]> {
  // Not those that only a waypoint reads: there no sidecar joins anything.
  const routed = new Set(facts.routes().rules.map(({ virtualService }) => virtualService));
  const claims = new Map<MeshService | number, Resource<'VirtualService'>[]>();
  const ofAnyPort: Resource<'VirtualService'>[] = [];
  const claim = (what: MeshService | number, resource: Resource<'VirtualService'>): void => {
    const claimants = claims.get(what);
    if (claimants === undefined) claims.set(what, [resource]);
    else claimants.push(resource);
  };
  for (const { resource } of facts.mesh.virtualServices.all) {
    if (!routed.has(resource)) continue;
    const { services, gateways } = facts.routes().boundTo(resource);
    if (gateways.includes(meshGateway)) for (const behind of services) claim(behind, resource);
    if (gateways.every((name) => name === meshGateway)) continue;
    const ports = portsOf(facts.routes().rulesOf(resource));
    if (ports === null) ofAnyPort.push(resource);
    else for (const port of ports) claim(port, resource);
  }
  for (const [what, claimants] of claims)
    yield typeof what === 'number' ? [...claimants, ...ofAnyPort] : claimants;
  yield ofAnyPort;
}

/** Null where a rule names none. */
function portsOf(rules: readonly Rule[]): ReadonlySet<number> | null {
  const ports = rules.flatMap(({ matches }) =>
    matches.length === 0 ? [0] : matches.map(({ value }) => value.port ?? 0),
  );
  return ports.includes(0) ? null : new Set(ports);
}
