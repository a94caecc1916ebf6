/** The gateway workloads that serve a Gateway, as routing compiles them. */

import { type Labels, labelsMatch, type Mesh } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Compiled, RuleSource, Viewpoint } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { lazyBy, lazyFor } from './lazy.ts';

export type GatewayView = Extract<Compiled, { readonly kind: 'gateway' }>;

/** More workloads with labels of their own than this are not looked at, which is said. */
const mostViews = 8;

/**
 * One for each kind of pod that the Gateway selects; where there is none, workloads with just the labels of its selector, in each
 * namespace where it may well run.
 */
export function viewsOf(gateway: Resource<'Gateway'>, facts: Facts): GatewayView[] {
  const selector = gateway.spec.selector ?? {};
  const { mesh } = facts;
  const viewpoints = new Map<string, Viewpoint>();
  if (Object.keys(selector).length > 0)
    for (const { namespace, labels } of mesh.workloads)
      if (labelsMatch(selector, labels)) {
        const key = JSON.stringify([namespace, labels]);
        if (viewpoints.has(key) || viewpoints.size < mostViews)
          viewpoints.set(key, { kind: 'gateway', namespace, labels });
        else facts.unfinished.add(gateway);
      }
  if (viewpoints.size === 0)
    for (const namespace of supposedNamespaces(gateway, mesh))
      viewpoints.set(namespace, { kind: 'gateway', namespace, labels: selector });
  return [...viewpoints.values()].flatMap((viewpoint) => {
    const compiled = facts.routes().compiled(viewpoint);
    return compiled.kind === 'gateway' ? [compiled] : [];
  });
}

/** Where pods carry the labels; of no labels nowhere. Thousands of rules may ask. */
export function namespacesOfPods(labels: Labels, mesh: Mesh): ReadonlySet<string> {
  return Object.keys(labels).length === 0 ? noNamespaces : namespacesWith(mesh)(labels);
}

const noNamespaces: ReadonlySet<string> = new Set();

const namespacesWith = lazyFor((mesh: Mesh) =>
  lazyBy(JSON.stringify, (labels: Labels): ReadonlySet<string> => {
    const pods = mesh.workloads.filter((one) => labelsMatch(labels, one.labels));
    return new Set(pods.map(({ namespace }) => namespace));
  }),
);

/** Where a gateway of which no pod is known may run: files put the Gateway beside it, or leave it where Istio is. */
export function supposedNamespaces(
  { namespace }: Resource<'Gateway'>,
  { systemNamespace }: Mesh,
): readonly string[] {
  return [...new Set([systemNamespace, namespace])];
}

/** The VirtualServices whose rules make the chains of a Gateway's servers. Thousands of them may ask. */
export function usedOn(gateway: Resource<'Gateway'>, view: GatewayView): ReadonlySet<Resource> {
  return usedBy(view)(gateway);
}

const usedBy = lazyFor((view: GatewayView) =>
  lazyFor((gateway: Resource<'Gateway'>): ReadonlySet<Resource> => {
    const sources = [...sourcesOn(gateway, view)];
    return new Set(sources.map(({ virtualService }) => virtualService.resource));
  }),
);

/** Do rules of the VirtualService make any of them, on whichever workload? */
export function isUsedOn(
  gateway: Resource<'Gateway'>,
  service: Resource<'VirtualService'>,
  facts: Facts,
): boolean {
  return viewsOf(gateway, facts).some((view) => usedOn(gateway, view).has(service));
}

/** The rules that do. */
export function rulesOn(gateway: Resource<'Gateway'>, view: GatewayView): Set<RuleSource['rule']> {
  return new Set([...sourcesOn(gateway, view)].map(({ rule }) => rule));
}

function sourcesOn(gateway: Resource<'Gateway'>, view: GatewayView): Set<RuleSource> {
  const name = `${gateway.namespace}/${gateway.name}`;
  const used = new Set<RuleSource>();
  for (const listeners of view.gateway.byPort.values())
    for (const { owners, chains } of listeners.values())
      if (owners.some((owner) => owner.kind === 'server' && owner.gateway === name))
        for (const { target } of chains) if (target.kind === 'rule') used.add(target.source);
  return used;
}
