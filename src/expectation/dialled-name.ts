/** What the name that a client dials stands for, before routing is asked: a typing error is no passthrough. */
import { beforeServiceTail, isWildcard, type Mesh } from '../mesh/index.ts';
import { type Call, type Compiled, isOfCluster, resolveName } from '../routing/index.ts';
import { closest } from '../text/index.ts';
import type { Unanswerable } from './question.ts';

/** addresses: what the name resolves to, the best first; empty for a call without a name, or a name outside the mesh. */
export type Dialled = {
  readonly call: Call;
  readonly addresses: readonly string[];
  readonly supposed: readonly string[];
};

/** The call with the full name in it. Names of the cluster's domain that nothing has are answered with the ones that were meant. */
export function resolveDialled(call: Call, proxy: Compiled): Dialled | Unanswerable {
  const { host: dialled, ip } = call.to;
  const plain = { call, addresses: [], supposed: [] };
  if (dialled === undefined || call.from.kind === 'gateway') return plain;
  if (isWildcard(dialled)) return noSingleName(dialled);
  const found = resolveName(proxy, dialled);
  if (found !== null)
    return {
      call: { ...call, to: { ...call.to, host: found.host } },
      addresses: ip === undefined ? found.addresses : [ip],
      supposed: [],
    };
  const host = dialled.toLowerCase();
  const meant = namesMeant(host, call.from.namespace, proxy.mesh);
  const outside = host.includes('.') && !isOfCluster(host, proxy.mesh) && meant === null;
  if (!outside) return unknownName(host, call.from.namespace, meant, proxy.mesh);
  const supposed = `nothing in the mesh is called ${host}: it is taken as a name outside, at an address that the mesh does not know`;
  return { ...plain, supposed: ip === undefined ? [supposed] : [] };
}

function noSingleName(wide: string): Unanswerable {
  return {
    message: `${wide} stands for many names, and a client dials one of them`,
    remedy: `Give one, such as ${wide.replace('*', 'www')}.`,
  };
}

function unknownName(
  host: string,
  namespace: string,
  meant: string | null,
  mesh: Mesh,
): Unanswerable {
  const hosts = [...mesh.servicesByHost.keys()];
  const shown = hosts.slice(0, 6).map((name) => shortest(name, namespace, mesh));
  const names = `${shown.join(', ')}${hosts.length > 6 ? ' and others' : ''}`;
  return {
    message: `the name ${host} does not resolve in namespace ${namespace}`,
    remedy:
      meant !== null
        ? `Did you mean ${meant}?`
        : hosts.length === 0
          ? 'The input holds no Service and no ServiceEntry; name the files that do, or give --dst-ip.'
          : `From there these names resolve: ${names}. For an address, give --dst-ip.`,
  };
}

/** A service of that name in another namespace, else the nearest name. */
function namesMeant(host: string, namespace: string, mesh: Mesh): string | null {
  const label = host.split('.')[0] ?? '';
  const hosts = [...mesh.servicesByHost.keys()].filter((name) => !isWildcard(name));
  const same = hosts.filter((name) => name.split('.')[0] === label);
  if (same.length > 0)
    return same
      .slice(0, 3)
      .map((name) => shortest(name, namespace, mesh))
      .join(' or ');
  const forms = hosts.flatMap((name) => [name, shortest(name, namespace, mesh)]);
  return closest(host, forms);
}

/** The shortest form of a host that resolves from a namespace. */
function shortest(host: string, namespace: string, { clusterDomain }: Mesh): string {
  const name = beforeServiceTail(host, clusterDomain);
  if (name === null) return host;
  return name.endsWith(`.${namespace}`) ? name.slice(0, -namespace.length - 1) : name;
}
