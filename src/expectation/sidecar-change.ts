/** Sidecar resources that leave out what the call needs, and what they would have to import: verified by asking again. */
import type { Mesh } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import type { Call, Step, Verdict } from '../routing/index.ts';
import { behaviourKey } from './behaviour.ts';
import { askEdited, type ConfigMiss, type Ingredients, placed } from './edit.ts';

/** At most one: what a Sidecar would have to import for the service, or for the VirtualService that it keeps out. */
export function sidecarMisses(
  call: Call,
  verdict: Verdict,
  mesh: Mesh,
  ingredients: Ingredients,
): ConfigMiss[] {
  const missing = verdict.steps.find(isLeftOut);
  if (missing === undefined) return [];
  const entries = entriesFor(missing, mesh);
  for (const object of mesh.sidecars) {
    const { spec } = object;
    const [first, ...others] = spec.egress ?? [];
    if (spec.egress === undefined || first?.hosts === undefined) continue;
    for (const entry of entries) {
      const hosts = placed([...first.hosts, entry], first.hosts);
      const egress = placed([{ ...first, hosts }, ...others], spec.egress);
      const what = `add ${entry} to its egress hosts`;
      const change = { kind: 'config', what, object, span: spanAt(first, 'hosts') } as const;
      const edited = { ...object, spec: { ...spec, egress } };
      const other = askEdited(call, { change, edited }, ingredients);
      if (other.outcome === 'routed' && behaviourKey(other) !== behaviourKey(verdict))
        return [{ change, verdict: other }];
    }
  }
  return [];
}

function isLeftOut({ stage, reason, result }: Step): boolean {
  return (
    result === 'rejected' &&
    ((stage === 'service' && reason === 'not-imported') ||
      (stage === 'virtual-service' && reason === 'sidecar-egress'))
  );
}

/** The narrowest first: the host in its namespace, a VirtualService by its hosts; then the whole namespace. */
function entriesFor({ stage, subject }: Step, mesh: Mesh): readonly string[] {
  if (stage === 'service') {
    const namespace = mesh.servicesByHost.get(subject)?.[0]?.namespace ?? '*';
    return [`${namespace}/${subject}`, `${namespace}/*`];
  }
  const found = mesh.virtualServices.all.find(
    ({ namespace, name }) => `${namespace}/${name}` === subject,
  );
  const namespace = subject.split('/')[0] ?? '*';
  const hosts = new Set([...(found?.hosts ?? []), '*']);
  return [...hosts].map((host) => `${namespace}/${host}`);
}
