/** The kind that a misspelt apiVersion and kind most likely meant. */
import { isKind, kinds } from '../resource/index.ts';
import { closest, splitAtSlash } from '../text/index.ts';

const istioGroup = 'networking.istio.io';

/** Kinds that exist and that tcpmesh does not check, with which one of ours must not be confused. */
const others: { readonly [group: string]: ReadonlySet<string> } = {
  [istioGroup]: new Set(['EnvoyFilter', 'ProxyConfig', 'WorkloadGroup']),
  '': new Set(
    'Binding ComponentStatus Event LimitRange List Node PersistentVolume PersistentVolumeClaim PodTemplate ReplicationController ResourceQuota'.split(
      ' ',
    ),
  ),
  'security.istio.io': new Set(['AuthorizationPolicy']),
  apps: new Set(['ControllerRevision']),
};

export type KindMeant = { readonly kind: string; readonly apiVersion: string };

/** null where the document is most likely what it says, and simply none of ours. */
export function kindMeant(apiVersion: string, kind: string): KindMeant | null {
  const [group = ''] = splitAtSlash(apiVersion);
  if (others[group]?.has(kind) === true) return null;
  const ours = isKind(kind) && kinds[kind].group === group;
  if (!ours && /(^|\.)k8s\.io$/.test(group)) return null;
  const candidate = isKind(kind) ? kind : closest(kind, Object.keys(kinds));
  if (candidate === null || !isKind(candidate)) return null;
  const info = kinds[candidate];
  const right = info.group === '' ? info.versions[0] : `${info.group}/${info.versions[0]}`;
  // A kind name of ours under somebody else's group is theirs, unless the group is nearly ours.
  const near =
    group === info.group ||
    closest(group, [info.group]) !== null ||
    (info.family !== 'kubernetes' && (group === '' || /(^|\.)istio\.io$/.test(group)));
  return near ? { kind: candidate, apiVersion: right } : null;
}
