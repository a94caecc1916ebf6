/** DNS capture that is turned on somewhere else than in the settings of the mesh, so that some sidecars have addresses of their own. */
import { workloadSetKinds } from '../../mesh/index.ts';
import { nameOf } from '../rule.ts';
import type { Facts } from './facts.ts';

const variable = 'ISTIO_META_DNS_CAPTURE';
const annotation = 'proxy.istio.io/config';

const known = new WeakMap<Facts, string | null>();

/** Who says so, in words; null where nobody does. */
export function captureElsewhere(facts: Facts): string | null {
  const found = known.get(facts);
  if (found !== undefined) return found;
  const said = facts.foreignNames.capturesDns ?? byAnnotation(facts);
  known.set(facts, said);
  return said;
}

function byAnnotation({ objects }: Facts): string | null {
  for (const pod of objects.of('Pod')) if (says(pod.metadata.annotations)) return nameOf(pod);
  for (const kind of workloadSetKinds)
    for (const set of objects.of(kind))
      if (says(set.spec.template?.metadata?.annotations)) return nameOf(set);
  return null;
}

function says(annotations: Readonly<Record<string, string>> | undefined): boolean {
  return annotations?.[annotation]?.includes(variable) === true;
}
