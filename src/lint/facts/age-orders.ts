/** What would be if the objects without a creationTimestamp had been created in another order. */

import type { Rule } from '../../expectation/index.ts';
import { buildMesh, type Mesh, optionsOf } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { lazyFor } from './lazy.ts';
import type { Reach } from './reach.ts';
import type { ReferenceJudge } from './references.ts';
import { askRoutes, type Routes } from './routes.ts';

export type Reaches = Pick<Routes, 'reach' | 'ask'>;

/** unfinished: as of askRoutes, by the objects of `mesh`. */
export function askReversed(
  mesh: Mesh,
  judges: ReferenceJudge,
  unfinished: Set<Resource>,
): Reaches {
  // By age, not by place in the input: an object that is described anew keeps the age of its first document.
  const youngestFirst = [...mesh.resources].sort((a, b) => mesh.ageOf(b) - mesh.ageOf(a));
  return askInOrder(youngestFirst, mesh, judges, unfinished);
}

/** As askReversed, in any order. */
export function askInOrder(
  oldestFirst: readonly Resource[],
  mesh: Mesh,
  judges: ReferenceJudge,
  unfinished: Set<Resource>,
): Reaches {
  const turned = new Map<Resource, Resource>(
    oldestFirst.map((resource, order) => [resource, { ...resource, order }]),
  );
  const cut = new Set<Resource>();
  const other = buildMesh([...turned.values()], optionsOf(mesh));
  const routes = askRoutes(other, judges, cut);
  const reach = lazyFor((rule: Rule): Reach => {
    const virtualService = turned.get(rule.virtualService);
    if (virtualService?.kind !== 'VirtualService') return { kind: 'unknown' };
    const found = routes.reach({ ...rule, virtualService });
    if (cut.has(virtualService)) unfinished.add(rule.virtualService);
    return found;
  });
  return { ask: routes.ask, reach };
}
