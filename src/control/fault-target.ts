/** `--kill default/tcp-echo-v1`, `--kill tcp-echo:v2`: which workloads a fault is meant for. */

import {
  endpointsOf,
  labelsMatch,
  type Mesh,
  type MeshService,
  resolveShortName,
} from '../mesh/index.ts';
import { splitAtSlash } from '../text/index.ts';
import { isCalled } from './backend.ts';
import type { Plan } from './plan.ts';
import type { PlannedMesh } from './planned-mesh.ts';

type Faulty = Pick<PlannedMesh, 'mesh' | 'plan'>;

/**
 * Full names of workloads; empty where nothing answers to the target. `workload` may be a Pod, or what started it; `service:subset`
 * may name a namespace before the service, or behind it as clients do.
 */
export function faultTargets({ mesh, plan }: Faulty, target: string): readonly string[] {
  const named = workloadsNamed(plan, target);
  const colon = target.lastIndexOf(':');
  if (named.length > 0 || colon === -1) return named;
  return subsetMembers(mesh, target.slice(0, colon), target.slice(colon + 1));
}

function workloadsNamed({ workloads }: Plan, wanted: string): readonly string[] {
  return workloads.filter((workload) => isCalled(workload, wanted)).map(({ name }) => name);
}

/** What keeps a target with a colon from being one: the service has no such subset, or none that workloads carry. Null where there is no service. */
export function whyNoSubset({ mesh }: Pick<Faulty, 'mesh'>, target: string): string | null {
  const colon = target.lastIndexOf(':');
  const service = colon === -1 ? null : serviceCalled(mesh, target.slice(0, colon));
  if (service === null) return null;
  const subset = target.slice(colon + 1);
  const names = new Set(
    mesh.destinationRules.all
      .filter(({ host }) => host === service.host)
      .flatMap(({ resource }) => (resource.spec.subsets ?? []).map(({ name = '' }) => name)),
  );
  const called = `${service.namespace}/${service.name}`;
  if (names.has(subset)) return `no workload is in the subset ${subset} of ${called}`;
  const others = names.size === 0 ? 'it has none' : `it has ${[...names].join(', ')}`;
  return `${called} has no subset ${subset}: ${others}`;
}

/** Everything that a fault may be put on, with its workloads: each workload, then each subset that has some, as `namespace/service:subset`. */
export function allFaultTargets(planned: Faulty): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, readonly string[]>();
  const { mesh, plan } = planned;
  for (const { name } of plan.workloads) targets.set(name, [name]);
  for (const { host, resource } of mesh.destinationRules.all) {
    const service = mesh.servicesByHost.get(host)?.[0];
    if (service === undefined) continue;
    for (const { name = '' } of resource.spec.subsets ?? []) {
      const target = `${service.namespace}/${service.name}:${name}`;
      const members = faultTargets(planned, target);
      if (members.length > 0) targets.set(target, members);
    }
  }
  return targets;
}

/** `db`, `data/db`, or as clients dial it: `db.data`, `db.data.svc.cluster.local`. */
export function serviceCalled(mesh: Mesh, name: string): MeshService | null {
  const [namespace, short] = splitAtSlash(name);
  const hosts = [
    resolveShortName(short, namespace ?? 'default', mesh.clusterDomain),
    ...(namespace === undefined
      ? [`${short}.svc.${mesh.clusterDomain}`, `${short}.${mesh.clusterDomain}`]
      : []),
  ];
  for (const host of hosts) {
    const [found] = mesh.servicesByHost.get(host) ?? [];
    if (found !== undefined) return found;
  }
  return null;
}

function subsetMembers(mesh: Mesh, service: string, subset: string): readonly string[] {
  const found = serviceCalled(mesh, service);
  if (found === null) return [];
  const { host } = found;
  const selectors = mesh.destinationRules.all
    .filter((rule) => rule.host === host)
    .flatMap(({ resource }) => resource.spec.subsets ?? [])
    .filter(({ name }) => name === subset)
    .map(({ labels }) => labels ?? {});
  const members = endpointsOf(mesh, host, found.namespace)
    .filter(({ labels }) => selectors.some((selector) => labelsMatch(selector, labels)))
    .map(({ workload, address }) =>
      workload === null ? address : `${workload.namespace}/${workload.name}`,
    );
  return [...new Set(members)];
}
