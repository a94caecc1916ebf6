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
import { LabelIndex, type Labels, labelledWorkloads } from './workload-labels.ts';

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
  const given = new LabelIndex(labelledWorkloads(resources));
  const made = new LabelIndex([]);
  const subsets = subsetsByHost(resources, rules);
  const stated = statedSlices(resources).byService;
  const gatewaySelectors = ofKind(resources, 'Gateway').map(({ spec }) => spec.selector ?? {});
  const lacking = selecting(resources, services)
    .filter(
      ({ namespace, name, selector }) =>
        Object.keys(selector).length > 0 &&
        !stated.has(`${namespace}/${name}`) &&
        !gatewaySelectors.some((wanted) => overlaps(wanted, selector)) &&
        !given.selects(namespace, selector),
    )
    .map((service) => ({
      service,
      wanted: wantedBy(service, subsets.get(hostOf(service)) ?? []),
    }));
  // A Service with the same selector (a headless one beside it) has the same workloads: the most particular are made first.
  const standIns = new Map<Selecting, readonly StandIn[]>();
  for (const { service, wanted } of [...lacking].sort((a, b) => labelsOf(b) - labelsOf(a)))
    standIns.set(
      service,
      wanted.flatMap(({ name, labels, why }): StandIn[] => {
        const { namespace } = service;
        if (made.selects(namespace, labels)) return [];
        made.add({ namespace, labels });
        return [
          { object: pod(namespace, name, labels), why: `workload ${namespace}/${name}: ${why}` },
        ];
      }),
    );
  return lacking.flatMap(({ service }) => standIns.get(service) ?? []);
}

type Wanted = { readonly name: string; readonly labels: Labels; readonly why: string };

function wantedBy({ name, selector }: Selecting, subsets: Subsets['subsets']): readonly Wanted[] {
  const why = `Service ${name} selects none`;
  if (subsets.length === 0) return [{ name, labels: selector, why }];
  return subsets.map((subset) => ({
    name: `${name}-${subset.name.toLowerCase()}`,
    labels: { ...selector, ...subset.labels },
    why: `${why} for its subset ${subset.name}`,
  }));
}

function labelsOf({ wanted }: { readonly wanted: readonly Wanted[] }): number {
  return Math.max(...wanted.map(({ labels }) => Object.keys(labels).length));
}

function hostOf({ name, namespace }: Selecting): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

function pod(namespace: string, name: string, labels: Labels): StandIn['object'] {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
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
