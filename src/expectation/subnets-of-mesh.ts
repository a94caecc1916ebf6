/** The subnets that rules name, all over a mesh, and the addresses that tell apart those within one of them. */
import { type Prefix, parsePrefix } from '../address/index.ts';
import type { Mesh } from '../mesh/index.ts';
import { addressesIn } from './representative.ts';

/** Of more subnets within one than these the addresses are beyond what any question asks about. */
const mostWithin = 1300;

type Known = {
  readonly sorted: readonly Prefix[];
  readonly addresses: Map<string, readonly string[]>;
};

const known = new WeakMap<Mesh, Known>();

/** As addressesIn: whatever rules an address of the subnet meets, one of these meets too. */
export function addressesWithin(mesh: Mesh, subnet: string): readonly string[] {
  let ofMesh = known.get(mesh);
  if (ofMesh === undefined) {
    ofMesh = { sorted: sortedSubnets(mesh), addresses: new Map() };
    known.set(mesh, ofMesh);
  }
  let addresses = ofMesh.addresses.get(subnet);
  if (addresses === undefined) {
    addresses = addressesIn(subnet, within(subnet, ofMesh.sorted));
    ofMesh.addresses.set(subnet, addresses);
  }
  return addresses;
}

/** Prefixes are disjoint or one in the other, so those within begin where the subnet does, or later, and end before it does. */
function within(subnet: string, sorted: readonly Prefix[]): readonly string[] {
  const outer = parsePrefix(subnet);
  if (outer === null) return [];
  const found: string[] = [];
  for (let i = firstFrom(outer, sorted); i < sorted.length && found.length < mostWithin; i++) {
    const inner = sorted[i];
    if (inner === undefined || inner.family !== outer.family || inner.first > outer.last) break;
    if (inner.last <= outer.last) found.push(inner.text);
  }
  return found;
}

function firstFrom(outer: Prefix, sorted: readonly Prefix[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const prefix = sorted[middle];
    if (prefix !== undefined && compare(prefix, outer) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sortedSubnets(mesh: Mesh): readonly Prefix[] {
  const subnets = new Map<string, Prefix>();
  for (const { resource } of mesh.virtualServices.all)
    for (const { match } of [...(resource.spec.tcp ?? []), ...(resource.spec.tls ?? [])])
      for (const { destinationSubnets } of match ?? [])
        for (const subnet of destinationSubnets ?? []) {
          const prefix = subnets.has(subnet) ? null : parsePrefix(subnet);
          if (prefix !== null) subnets.set(subnet, prefix);
        }
  return [...subnets.values()].sort(compare);
}

function compare(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}
