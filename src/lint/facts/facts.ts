/** What rules ask about a mesh. Everything is gathered once, when the first rule asks. */
import { type Mesh, type MeshService, waypointOf } from '../../mesh/index.ts';
import {
  type ForeignNames,
  type ForeignPods,
  noForeignNames,
  type Resource,
} from '../../resource/index.ts';
import type { LintOptions } from '../options.ts';
import { askReversed } from './age-orders.ts';
import { gatherKnownHosts, type KnownHosts } from './known-hosts.ts';
import { lazy } from './lazy.ts';
import { gatherObjects, type Objects } from './objects.ts';
import { gatherPods, type Pods } from './pods.ts';
import { judgeReferences, type ReferenceJudge } from './references.ts';
import { askRoutes, type Routes } from './routes.ts';
import { gatherSubsets, type Subsets } from './subsets.ts';
import { withSupposedServices } from './supposed-services.ts';

export type Facts = {
  readonly options: LintOptions;
  /** Every object read, as Istio's analyzers see them. */
  readonly objects: Objects;
  /** What the admitted ones make: connections are routed by this. */
  readonly mesh: Mesh;
  /** Does Istio refuse it? Then its own findings say so, and what follows from its absence ends when it is mended. */
  readonly isRefused: (resource: Resource) => boolean;
  /** May a reference of this kind be called missing? */
  readonly judges: ReferenceJudge;
  /** What objects of other kinds define. */
  readonly foreignNames: ForeignNames;
  /** Namespaces that what is in a source is given before a cluster gets it, by the source's name. */
  readonly builtNamespaces: ReadonlyMap<string, readonly string[]>;
  /** Is what is read from a source as an object of a namespace another's in the cluster? */
  readonly isMoved: (source: string, namespace: string) => boolean;
  readonly hosts: () => KnownHosts;
  readonly pods: () => Pods;
  readonly subsets: () => Subsets;
  readonly routes: () => Routes;
  /** The same mesh with its undated objects in the opposite order of age. */
  readonly routesReversed: () => Pick<Routes, 'reach' | 'ask'>;
  /** What has more connections than are asked about: of it not everything that could be said was. Grows as rules ask. */
  readonly unfinished: Set<Resource>;
  /** The same, with the services that VirtualServices are for where the files hold none: for what rules do to each other. */
  readonly supposed: () => Facts;
};

export function createFacts(
  resources: readonly Resource[],
  mesh: Mesh,
  options: LintOptions,
  foreignPods: readonly ForeignPods[] = [],
  foreignNames: ForeignNames = noForeignNames,
  builtNamespaces: ReadonlyMap<string, readonly string[]> = new Map(),
): Facts {
  const objects = gatherObjects(resources);
  const { clusterDomain } = options;
  const unfinished = new Set<Resource>();
  const judges = judgeReferences(objects, options.refs);
  const admitted = lazy(() => new Set(mesh.resources));
  const isMoved = (source: string, namespace: string): boolean =>
    builtNamespaces.get(source)?.some((built) => built !== namespace) === true;
  const gathered = {
    options,
    objects,
    judges,
    foreignNames,
    builtNamespaces,
    isMoved,
    hosts: lazy(() => gatherKnownHosts(objects, clusterDomain, isMoved)),
    pods: lazy(() => gatherPods(objects, foreignPods)),
    subsets: lazy(() => gatherSubsets(objects, clusterDomain)),
    unfinished,
    isRefused: (resource: Resource) => !admitted().has(resource),
  };
  const atWaypoint = ({ resource }: MeshService): boolean =>
    options.mode === 'ambient' && waypointOf(mesh, resource) !== null;
  const routed = (of: Mesh): Pick<Facts, 'mesh' | 'routes' | 'routesReversed'> => ({
    mesh: of,
    routes: lazy(() => askRoutes(of, judges, unfinished, atWaypoint)),
    routesReversed: lazy(() => askReversed(of, judges, unfinished)),
  });
  const facts: Facts = {
    ...gathered,
    ...routed(mesh),
    supposed: lazy(() => {
      const more = withSupposedServices(mesh, judges, options);
      if (more === mesh) return facts;
      const supposed: Facts = { ...gathered, ...routed(more), supposed: () => supposed };
      return supposed;
    }),
  };
  return facts;
}
