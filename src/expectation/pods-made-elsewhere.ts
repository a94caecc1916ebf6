/** Endpoints that a cluster has and the files have not: Pods that objects of other kinds make (Jobs, Argo's Rollouts, …). */
import { labelsMatch, type Mesh } from '../mesh/index.ts';
import type { ForeignPods } from '../resource/index.ts';
import {
  type Compiled,
  type DestinationShare,
  destinationRuleFor,
  type Verdict,
} from '../routing/index.ts';

/** One sentence for each object that may stand behind a destination which has no endpoints here. */
export function podsMadeElsewhere(
  { destinations }: Verdict,
  { view }: Compiled,
  mesh: Mesh,
): string[] {
  const makers = mesh.foreign?.pods ?? [];
  if (makers.length === 0) return [];
  return destinations.flatMap((share) =>
    share.problem === 'no-endpoints'
      ? makers
          .filter((maker) => mayStandBehind(maker, share, view, mesh))
          .map((maker) => doubt(maker, share))
      : [],
  );
}

function mayStandBehind(
  { namespace, labels }: ForeignPods,
  { host, subset }: DestinationShare,
  view: Compiled['view'],
  mesh: Mesh,
): boolean {
  const service = view.services.get(host) ?? mesh.servicesByHost.get(host)?.[0];
  if (service === undefined || service.selector === null) return false;
  if (service.resource.kind !== 'Service' || service.namespace !== namespace) return false;
  if (labels === null) return true;
  const rule = subset === '' ? null : destinationRuleFor(view, service);
  const ofSubset = rule?.subsets.get(subset)?.subset.labels ?? {};
  return labelsMatch({ ...service.selector, ...ofSubset }, labels);
}

function doubt(
  { kind, name, namespace, labels }: ForeignPods,
  { host, subset }: DestinationShare,
): string {
  const what = subset === '' ? host : `subset ${subset} of ${host}`;
  const makes = labels === null ? 'may make Pods for it' : 'makes Pods for it';
  return `${what} has no endpoints among what tcpmesh reads: ${kind} ${namespace}/${name} ${makes}, and is not read further`;
}
