/** What would be if the objects without a creationTimestamp had been created in the opposite order. */
import type { Rule } from '../../expectation/index.ts';
import { buildMesh, type Mesh } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { askRoutes, type Reach, type Routes } from './routes.ts';

export function askReversed(mesh: Mesh): Pick<Routes, 'reach'> {
  const last = mesh.resources.reduce((most, { order }) => Math.max(most, order), 0);
  const turned = new Map<Resource, Resource>(
    mesh.resources.map((resource) => [resource, { ...resource, order: last - resource.order }]),
  );
  const { clusterDomain, rootNamespace } = mesh;
  const routes = askRoutes(buildMesh([...turned.values()], { clusterDomain, rootNamespace }));
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
        reaches.set(rule, reach);
      }
      return reach;
    },
  };
}
