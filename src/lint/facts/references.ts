/** Which references can be judged: "not among these files" is not "missing". */
import { workloadSetKinds } from '../../mesh/index.ts';
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
  pods: ['Pod', ...workloadSetKinds],
  secrets: ['Secret'],
  tokens: ['RequestAuthentication'],
} as const;

export type ReferenceJudge = (kind: ReferenceKind) => boolean;

/** May a reference of this kind be called missing when nothing here defines it? */
export function judgeReferences(objects: Objects, refs: References): ReferenceJudge {
  const defined = new Set<ReferenceKind>();
  if (refs === 'auto')
    for (const [kind, definers] of Object.entries(definedBy))
      if (definers.some((definer) => objects.of(definer).length > 0))
        defined.add(kind as ReferenceKind);
  return (kind) => refs === 'require' || defined.has(kind);
}
