/** Real local processes that stand for workloads, by the names that people give them. */

import { isGatewayWorkload, type Mesh } from '../mesh/index.ts';
import type { SocketAddress } from '../proxy/index.ts';
import { splitAtSlash } from '../text/index.ts';
import type { Plan, PlannedWorkload } from './plan.ts';

/** By workload `namespace/name` or what started it, without a namespace for those of `default`, or by address. */
export type Backends = ReadonlyMap<string, SocketAddress>;

type Named = Pick<PlannedWorkload, 'name' | 'owner'>;

/** Is a workload, or what started it, called so? */
export function isCalled({ name, owner }: Named, wanted: string): boolean {
  return [wanted, `default/${wanted}`].some((one) => one === name || one === owner);
}

/** A name of its own goes before that of what started it. */
export function backendFor(backends: Backends, { name, owner }: Named): SocketAddress | null {
  const wanted = [
    { name, owner: null },
    { name, owner },
  ].map((named) => [...backends.keys()].find((key) => isCalled(named, key)));
  return backends.get(wanted.find((key) => key !== undefined) ?? '') ?? null;
}

/** exists: the mesh has it, and yet nothing that a process could stand for. */
export type IdleBackend = { readonly name: string; readonly why: string; readonly exists: boolean };

export function idleBackends(
  { mesh, plan: { workloads } }: { readonly mesh: Mesh; readonly plan: Plan },
  backends: Backends,
): readonly IdleBackend[] {
  return [...backends.keys()]
    .filter((name) => !workloads.some((workload) => isCalled(workload, name)))
    .map((name) => {
      const why = whyUnserved(mesh, name);
      return { name, why: why ?? `no workload is called ${name}`, exists: why !== null };
    });
}

/** In words, why the mesh has no process for a workload that it has; null where it has none of that name. */
export function whyUnserved(mesh: Mesh, name: string): string | null {
  const [namespace = 'default', short] = splitAtSlash(name);
  const [found] = mesh.workloadIndex.named(namespace, short);
  if (found === undefined) return null;
  if (found.state === 'not-running') return `${name} does not run`;
  return isGatewayWorkload(found, mesh) ? `${name} is a gateway` : `${name} is behind no Service`;
}
