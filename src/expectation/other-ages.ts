/** What would happen if objects whose age no document tells had been created in another order. */
import { buildMesh, creationTimeOf, type MeshOptions } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import { type Call, compile, route, type Verdict } from '../routing/index.ts';
import { behaviourKey } from './behaviour.ts';
import type { Ingredients } from './edit.ts';
import type { OtherAge } from './explanation.ts';

/** Kinds whose age decides something. */
const aged: ReadonlySet<string> = new Set([
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'ServiceEntry',
  'Sidecar',
]);

/** The mesh is built again for each object that is tried as the oldest, so no more than this. */
const mostTried = 6;

/**
 * Other answers, each with the objects that would have to be older. Only objects that the trace speaks of are tried, and only
 * where at least two of one kind have no date.
 */
export function otherAges({ resources, options }: Ingredients, verdict: Verdict): OtherAge[] {
  const spoken = new Set(verdict.steps.map(({ subject }) => subject.split(' ')[0]));
  const undated = resources.filter(
    (resource) =>
      aged.has(resource.kind) &&
      creationTimeOf(resource) === null &&
      spoken.has(`${resource.namespace}/${resource.name}`),
  );
  const answers = new Map<string, OtherAge>();
  const here = behaviourKey(verdict);
  for (const oldest of rivals(undated).slice(0, mostTried)) {
    const other = askWithOldest(resources, options, verdict.call, oldest);
    const key = behaviourKey(other);
    if (key === here || answers.has(key)) continue;
    const name = `${oldest.kind} ${oldest.namespace}/${oldest.name}`;
    answers.set(key, { older: [name], verdict: other });
  }
  return [...answers.values()];
}

/** Those that are not the only undated one of their kind, and not the oldest of it already. */
function rivals(undated: readonly Resource[]): Resource[] {
  const seen = new Set<string>();
  return [...undated]
    .sort((a, b) => a.order - b.order)
    .filter(({ kind }) => {
      const first = !seen.has(kind);
      seen.add(kind);
      return !first;
    });
}

function askWithOldest(
  given: readonly Resource[],
  options: MeshOptions,
  call: Call,
  oldest: Resource,
): Verdict {
  const same = ({ kind, namespace, name }: Resource): boolean =>
    kind === oldest.kind && namespace === oldest.namespace && name === oldest.name;
  const resources = given.map((resource) => ({
    ...resource,
    order: same(resource) ? 0 : resource.order + 1,
  }));
  return route(compile(buildMesh(resources, options), call.from), call);
}
