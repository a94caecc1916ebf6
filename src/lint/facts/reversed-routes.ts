/** What would be if the objects without a creationTimestamp had been created in the opposite order. */
import type { Rule } from '../../expectation/index.ts';
import { buildMesh, type Mesh } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { ReferenceJudge } from './references.ts';
import { askRoutes, type Reach, type Routes } from './routes.ts';

/** unfinished: as of askRoutes, by the objects of `mesh`. */
export function askReversed(
  mesh: Mesh,
  judges: ReferenceJudge,
  unfinished: Set<Resource>,
): Pick<Routes, 'reach'> {
  // By age, not by place in the input: an object that is described anew keeps the age of its first document.
  const youngestFirst = [...mesh.resources].sort((a, b) => mesh.ageOf(b) - mesh.ageOf(a));
  const turned = new Map<Resource, Resource>(
    youngestFirst.map((resource, order) => [resource, { ...resource, order }]),
  );
  const { clusterDomain, rootNamespace, kubernetesGateways } = mesh;
  const cut = new Set<Resource>();
  const reversed = buildMesh([...turned.values()], {
    clusterDomain,
    rootNamespace,
    kubernetesGateways,
  });
  const routes = askRoutes(reversed, judges, cut);
  const reaches = new Map<Rule, Reach>();
  return {
    reach: (rule) => {
      let reach = reaches.get(rule);
      const virtualService = turned.get(rule.virtualService);
      if (reach === undefined) {
        reach =
          virtualService?.kind === 'VirtualService'
            ? routes.reach({ ...rule, virtualService })
            : { kind: 'unknown' };
        if (virtualService?.kind === 'VirtualService' && cut.has(virtualService))
          unfinished.add(rule.virtualService);
        reaches.set(rule, reach);
      }
      return reach;
    },
  };
}
