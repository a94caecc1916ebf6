/** `--kill default/tcp-echo-v1`, `--kill tcp-echo:v2`: which workloads a fault is meant for. */
import { endpointsOf, labelsMatch, type Mesh, resolveShortName } from '../mesh/index.ts';
import type { RunningMesh } from './running-mesh.ts';

/** Full names of workloads; empty where nothing answers to the target. `service:subset` may name a namespace before the service. */
export function faultTargets(running: RunningMesh, target: string): readonly string[] {
  const colon = target.lastIndexOf(':');
  if (colon === -1) return running.workloadsNamed(target);
  return subsetMembers(running.snapshot.mesh, target.slice(0, colon), target.slice(colon + 1));
}

/** Everything that a fault may be put on, with its workloads: each workload, then each subset that has some, as `namespace/service:subset`. */
export function allFaultTargets(running: RunningMesh): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, readonly string[]>();
  for (const workload of running.workloads()) targets.set(workload, [workload]);
  const { mesh } = running.snapshot;
  for (const { host, resource } of mesh.destinationRules.all) {
    const service = mesh.servicesByHost.get(host)?.[0];
    if (service === undefined) continue;
    for (const { name = '' } of resource.spec.subsets ?? []) {
      const target = `${service.namespace}/${service.name}:${name}`;
      const members = faultTargets(running, target);
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
