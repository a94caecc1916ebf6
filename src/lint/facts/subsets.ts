/** Which subsets any DestinationRule defines for a host, as Istio's analyzer compares hosts. */
import type { Resource, Subset } from '../../resource/index.ts';
import { hostKey } from './host-name.ts';
import type { Objects } from './objects.ts';

export type DefinedSubset = {
  readonly rule: Resource<'DestinationRule'>;
  readonly index: number;
  readonly subset: Subset;
};

export type Subsets = {
  /** The definitions of every subset of a host that some resource in `namespace` names. */
  readonly of: (host: string, namespace: string) => readonly DefinedSubset[];
  /** All definitions of a subset name, whatever the host. */
  readonly named: (name: string) => readonly DefinedSubset[];
};

export function gatherSubsets(objects: Objects, clusterDomain: string): Subsets {
  const byHost = new Map<string, DefinedSubset[]>();
  const byName = new Map<string, DefinedSubset[]>();
  const put = (map: Map<string, DefinedSubset[]>, key: string, defined: DefinedSubset): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [defined]);
    else known.push(defined);
  };
  for (const rule of objects.of('DestinationRule'))
    for (const [index, subset] of (rule.spec.subsets ?? []).entries()) {
      const defined = { rule, index, subset };
      put(byHost, hostKey(rule.spec.host ?? '', rule.namespace, clusterDomain), defined);
      put(byName, subset.name ?? '', defined);
    }
  return {
    of: (host, namespace) => byHost.get(hostKey(host, namespace, clusterDomain)) ?? [],
    named: (name) => byName.get(name) ?? [],
  };
}
