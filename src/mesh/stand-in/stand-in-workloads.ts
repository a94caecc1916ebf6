/**
 * Stand-in workloads: for Services that select none, one for each of their subsets. A subset without Pods of a Service that has some
 * is no gap in the files but an outage; and of a Service whose endpoints EndpointSlices state all are known.
 */
import type { Resource } from '../../resource/index.ts';
import { statedSlices } from '../endpoint-slices.ts';
import { resolveShortName } from '../host-name.ts';
import { ofKind } from './of-kind.ts';
import { clusterDomain } from './route-destinations.ts';
import type { StandIn } from './stand-in.ts';
import type { StandInService } from './stand-in-services.ts';
import type { StandInDestinationRule } from './stand-in-subsets.ts';
import { type Labels, labelledWorkloads, selectorOf } from './workload-labels.ts';

type Selecting = {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
};
type Subsets = {
  readonly host: string;
  readonly subsets: readonly { name: string; labels: Labels }[];
};

export function standInWorkloads(
  resources: readonly Resource[],
  services: readonly StandInService[],
  rules: readonly StandInDestinationRule[],
): readonly StandIn[] {
  const select = selectorOf(labelledWorkloads(resources));
  const subsets = subsetsByHost(resources, rules);
  const stated = statedSlices(resources).byService;
  const gatewaySelectors = ofKind(resources, 'Gateway').map(({ spec }) => spec.selector ?? {});
  return selecting(resources, services).flatMap((service): StandIn[] => {
    if (Object.keys(service.selector).length === 0) return [];
    if (stated.has(`${service.namespace}/${service.name}`)) return [];
    if (gatewaySelectors.some((wanted) => overlaps(wanted, service.selector))) return [];
    const host = `${service.name}.${service.namespace}.svc.cluster.local`;
    const own = subsets.get(host) ?? [];
    if (select(service.namespace, service.selector).length > 0) return [];
    if (own.length > 0)
      return own.map((subset) => ({
        object: pod(`${service.name}-${subset.name.toLowerCase()}`, service, subset.labels),
        why: `workload ${service.namespace}/${service.name}-${subset.name.toLowerCase()}: Service ${service.name} selects none for its subset ${subset.name}`,
      }));
    return [
      {
        object: pod(service.name, service, {}),
        why: `workload ${service.namespace}/${service.name}: Service ${service.name} selects none`,
      },
    ];
  });
}

function pod(name: string, service: Selecting, labels: Labels): StandIn['object'] {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: service.namespace, labels: { ...service.selector, ...labels } },
    spec: { containers: [{ name: 'echo', image: 'tcpmesh/stand-in' }] },
  };
}

function selecting(
  resources: readonly Resource[],
  services: readonly StandInService[],
): Selecting[] {
  return [
    ...ofKind(resources, 'Service').map(({ namespace, name, spec }) => ({
      namespace,
      name,
      selector: spec.selector ?? {},
    })),
    ...services.map(({ object }) => ({
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      selector: object.spec.selector,
    })),
  ];
}

function subsetsByHost(
  resources: readonly Resource[],
  rules: readonly StandInDestinationRule[],
): ReadonlyMap<string, Subsets['subsets']> {
  const byHost = new Map<string, Subsets['subsets']>();
  for (const { host, subsets } of subsetsOf(resources, rules))
    byHost.set(host, [...(byHost.get(host) ?? []), ...subsets]);
  return byHost;
}

function subsetsOf(
  resources: readonly Resource[],
  rules: readonly StandInDestinationRule[],
): Subsets[] {
  return [
    ...ofKind(resources, 'DestinationRule').map(({ namespace, spec }) => ({
      host: resolveShortName(spec.host ?? '', namespace, clusterDomain),
      subsets: (spec.subsets ?? []).map(({ name, labels }) => ({
        name: name ?? '',
        labels: labels ?? {},
      })),
    })),
    ...rules.map(({ object }) => object.spec),
  ];
}

/** Could one workload satisfy both selectors, with at least one label of the first in the second? */
function overlaps(gateway: Labels, service: Labels): boolean {
  const keys = Object.keys(gateway);
  return (
    keys.some((key) => service[key] !== undefined) &&
    keys.every((key) => service[key] === undefined || service[key] === gateway[key])
  );
}
