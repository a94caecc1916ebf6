/** VirtualServices whose order is not in the files and matters: another one has rules for the same service. */
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

/** Services of which more VirtualServices than this claim rules are not looked into, which is said. */
const mostRivals = 20;

type Rivals = ReadonlyMap<Resource<'VirtualService'>, ReadonlySet<Resource<'VirtualService'>>>;

const known = new WeakMap<Facts, Rivals>();

export function contestedServices(facts: Facts): Iterable<Resource<'VirtualService'>> {
  return rivalsIn(facts).keys();
}

/** Of each VirtualService that is contested: all others that have rules for one of its services. */
export function rivalsIn(facts: Facts): Rivals {
  const rivals = known.get(facts) ?? findRivals(facts);
  known.set(facts, rivals);
  return rivals;
}

function findRivals(facts: Facts): Rivals {
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
}

/** By service: the VirtualServices that have rules for it. */
function claimantsOf(facts: Facts): Iterable<readonly Resource<'VirtualService'>[]> {
  // Not those that only a waypoint reads: there no sidecar joins anything.
  const routed = new Set(facts.routes().rules.map(({ virtualService }) => virtualService));
  const claims = new Map<object, Resource<'VirtualService'>[]>();
  for (const { resource } of facts.mesh.virtualServices.all) {
    if (!routed.has(resource)) continue;
    for (const behind of facts.routes().boundTo(resource).services) {
      const claimants = claims.get(behind);
      if (claimants === undefined) claims.set(behind, [resource]);
      else claimants.push(resource);
    }
  }
  return claims.values();
}
