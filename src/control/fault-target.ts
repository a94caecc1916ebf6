/** `--kill default/tcp-echo-v1`, `--kill tcp-echo:v2`: which workloads a fault is meant for. */
import { endpointsOf, labelsMatch, type Mesh, resolveShortName } from '../mesh/index.ts';
import { isCalled } from './backend.ts';
import type { Plan } from './plan.ts';
import type { PlannedMesh } from './planned-mesh.ts';

type Faulty = Pick<PlannedMesh, 'mesh' | 'plan'>;

/**
 * Full names of workloads; empty where nothing answers to the target. `workload` may be a Pod, or what started it; `service:subset`
 * may name a namespace before the service.
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

function subsetMembers(mesh: Mesh, service: string, subset: string): readonly string[] {
  const slash = service.indexOf('/');
  const namespace = slash === -1 ? 'default' : service.slice(0, slash);
  const host = resolveShortName(service.slice(slash + 1), namespace, mesh.clusterDomain);
  const found = mesh.servicesByHost.get(host)?.[0];
  if (found === undefined) return [];
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
