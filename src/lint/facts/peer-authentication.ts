/** Which TLS the sidecar of a workload takes, by the PeerAuthentications of the mesh (security/authn/policy_applier.go:ComposePeerAuthentication). */
import { compareAge, type Labels, labelsMatch, type Workload } from '../../mesh/index.ts';
import type { MutualTls, Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** policy: the PeerAuthentication that says so; null where none does. */
export type InboundMtls = { readonly mode: MtlsMode; readonly policy: Policy | null };

type Policy = Resource<'PeerAuthentication'>;

const byDefault: InboundMtls = { mode: 'PERMISSIVE', policy: null };

/** For a port of a workload. Of the mesh, the namespace and the workload the nearest counts that says anything, of several the oldest. */
export function inboundMtls({ mesh }: Facts): (workload: Workload, port: number) => InboundMtls {
  const policies = mesh.resources
    .filter((resource) => resource.kind === 'PeerAuthentication')
    .map((policy) => ({ policy, age: mesh.ageOf(policy), ...nameOf(policy) }))
    .sort(compareAge)
    .map(({ policy }) => policy);
  const general = (namespace: string): Policy | undefined =>
    policies.find((policy) => policy.namespace === namespace && !selects(policy));
  return ({ namespace, labels }, port) => {
    const root = namespace === mesh.rootNamespace;
    const special = root ? undefined : policies.find((policy) => isFor(policy, namespace, labels));
    const levels = [general(mesh.rootNamespace), root ? undefined : general(namespace), special];
    const whole = levels.reduce(
      (above, policy) => nearer(above, policy, policy?.spec.mtls),
      byDefault,
    );
    return nearer(whole, special, special?.spec.portLevelMtls?.[String(port)]);
  };
}

function nearer(
  above: InboundMtls,
  policy: Policy | undefined,
  mtls: MutualTls | undefined,
): InboundMtls {
  const mode = mtls?.mode ?? 'UNSET';
  const said = policy !== undefined && mode !== 'UNSET' && mode !== 'UNRECOGNIZED';
  return said ? { mode, policy } : above;
}

function selects({ spec }: Policy): boolean {
  return Object.keys(spec.selector?.matchLabels ?? {}).length > 0;
}

function isFor(policy: Policy, namespace: string, labels: Labels): boolean {
  return (
    policy.namespace === namespace &&
    selects(policy) &&
    labelsMatch(policy.spec.selector?.matchLabels ?? {}, labels)
  );
}

const nameOf = ({ name, namespace }: Policy) => ({ name, namespace });
