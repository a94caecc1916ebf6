/** VirtualServices whose order is not in the files and matters: another one has rules for the same service. */
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

/** Services of which more VirtualServices than this claim rules are not looked into, which is said. */
const mostRivals = 20;

const known = new WeakMap<Facts, Set<Resource<'VirtualService'>>>();

export function contestedServices(facts: Facts): Set<Resource<'VirtualService'>> {
  const contested = known.get(facts) ?? findContested(facts);
  known.set(facts, contested);
  return contested;
}

function findContested(facts: Facts): Set<Resource<'VirtualService'>> {
  // Not those that only a waypoint reads: there no sidecar joins anything.
  const routed = new Set(facts.routes().rules.map(({ virtualService }) => virtualService));
  const claims = new Map<object, Resource<'VirtualService'>[]>();
  for (const { resource } of facts.mesh.virtualServices.all) {
    if (!routed.has(resource)) continue;
    for (const behind of facts.routes().boundTo(resource).services) {
      const rivals = claims.get(behind);
      if (rivals === undefined) claims.set(behind, [resource]);
      else rivals.push(resource);
    }
  }
  const contested = new Set<Resource<'VirtualService'>>();
  for (const rivals of claims.values()) {
    const undated = rivals.some(({ metadata }) => (metadata.creationTimestamp ?? '') === '');
    if (rivals.length < 2 || !undated) continue;
    const into: Set<Resource> = rivals.length > mostRivals ? facts.unfinished : contested;
    for (const rival of rivals) into.add(rival);
  }
  return contested;
}
