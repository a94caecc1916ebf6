/** Which references can be judged: "not among these files" is not "missing". */
import type { References } from '../options.ts';
import type { Objects } from './objects.ts';

/** hosts: names of Services and ServiceEntries; pods: what selectors select; gateways: names of Gateways; secrets: credentials; tokens: who checks them. */
export type ReferenceKind =
  | 'hosts'
  | 'services'
  | 'subsets'
  | 'gateways'
  | 'pods'
  | 'secrets'
  | 'tokens';

const definedBy = {
  hosts: ['Service', 'ServiceEntry'],
  services: ['Service'],
  subsets: ['DestinationRule'],
  gateways: ['Gateway'],
  pods: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  secrets: ['Secret'],
  tokens: ['RequestAuthentication'],
} as const;

export type ReferenceJudge = (kind: ReferenceKind) => boolean;

/** May a reference of this kind be called missing when nothing here defines it? */
export function judgeReferences(objects: Objects, refs: References): ReferenceJudge {
  return (kind) =>
    refs === 'require' ||
    (refs === 'auto' && definedBy[kind].some((definer) => objects.of(definer).length > 0));
}
