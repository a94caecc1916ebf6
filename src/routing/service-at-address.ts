/** The service that has an address, as a ztunnel finds it. */
import {
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixContains,
  prefixKey,
} from '../address/index.ts';
import { type Mesh, type MeshService, wildcardAddress } from '../mesh/index.ts';
import { addressKey } from './placements.ts';

/** preferred: what the name that was dialled stands for, where several have the address. The longest prefix counts. */
export function serviceAtAddress(
  mesh: Mesh,
  ip: string,
  preferred: MeshService | null,
): MeshService | null {
  const { exact, prefixes } = addressesOf(mesh);
  const address = parseAddress(ip);
  if (address === null) return null;
  const at = exact.get(addressKey(ip));
  const [same] = at ?? prefixes.filter(({ prefix }) => prefixContains(prefix, address));
  if (same === undefined) return null;
  const all = at ?? prefixes.filter(({ prefix }) => prefixKey(prefix) === prefixKey(same.prefix));
  return (all.find(({ service }) => service.host === preferred?.host) ?? same).service;
}

type Addressed = { readonly service: MeshService; readonly prefix: Prefix };
type Addresses = {
  readonly exact: ReadonlyMap<string, readonly Addressed[]>;
  /** The longest first. */
  readonly prefixes: readonly Addressed[];
};

const addresses = new WeakMap<Mesh, Addresses>();

function addressesOf(mesh: Mesh): Addresses {
  let known = addresses.get(mesh);
  if (known === undefined) {
    known = gatherAddresses(mesh);
    addresses.set(mesh, known);
  }
  return known;
}

function gatherAddresses({ services }: Mesh): Addresses {
  const exact = new Map<string, Addressed[]>();
  const prefixes: Addressed[] = [];
  for (const service of services) {
    // An ExternalName is only another name.
    if (service.resolution === 'alias') continue;
    for (const text of [service.address, ...service.extraAddresses]) {
      const prefix = text === wildcardAddress ? null : parsePrefix(text);
      if (prefix === null) continue;
      if (text.includes('/')) prefixes.push({ service, prefix });
      else {
        const key = addressKey(text);
        exact.set(key, [...(exact.get(key) ?? []), { service, prefix }]);
      }
    }
  }
  return { exact, prefixes: prefixes.sort((a, b) => b.prefix.length - a.prefix.length) };
}
