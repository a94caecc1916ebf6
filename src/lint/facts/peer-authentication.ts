/** Which TLS the sidecar of a workload takes, by the PeerAuthentications of the mesh (security/authn/policy_applier.go:ComposePeerAuthentication). */
import { compareAge, type Labels, labelsMatch, type Workload } from '../../mesh/index.ts';
import type { MutualTls, Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** said: by which PeerAuthentication, and where in its spec; null where none does. */
export type InboundMtls = {
  readonly mode: MtlsMode;
  readonly said: { readonly policy: Policy; readonly keys: readonly string[] } | null;
};

type Policy = Resource<'PeerAuthentication'>;

const byDefault: InboundMtls = { mode: 'PERMISSIVE', said: null };

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
      (above, policy) => nearer(above, policy, policy?.spec.mtls, ['mtls']),
      byDefault,
    );
    const ofPort = special?.spec.portLevelMtls?.[String(port)];
    return nearer(whole, special, ofPort, ['portLevelMtls', String(port)]);
  };
}

function nearer(
  above: InboundMtls,
  policy: Policy | undefined,
  mtls: MutualTls | undefined,
  keys: readonly string[],
): InboundMtls {
  const mode = mtls?.mode ?? 'UNSET';
  const says = mode !== 'UNSET' && mode !== 'UNRECOGNIZED';
  return says && policy !== undefined ? { mode, said: { policy, keys } } : above;
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
