/** Puts an explanation together: the verdict, and what asking again brings to light. */
import { buildMesh, type Mesh, type MeshOptions } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import { type Ask, asker } from './ask.ts';
import { elsewhere, namespacesNamed } from './elsewhere.ts';
import type { Explanation } from './explanation.ts';
import { nearMisses, rulesOnTrace } from './near-miss.ts';
import { otherAges } from './other-ages.ts';
import type { Rule } from './rules-of.ts';

/** A mesh that questions are asked of, with what it was built from. */
export type Explainer = {
  readonly mesh: Mesh;
  readonly ask: Ask;
  readonly explain: (call: Call) => Explanation;
};

/** More near-misses or other namespaces than this are no help. */
const mostNearMisses = 5;
const mostNamespaces = 12;
/** Above this many objects a mesh is not built again only to see whether another age would matter. */
const mostRebuilt = 3_000;

export function explainer(admitted: readonly Resource[], options: MeshOptions): Explainer {
  const mesh = buildMesh(admitted, options);
  const ask = asker(mesh);
  return {
    mesh,
    ask,
    explain: (call) => {
      const verdict = ask(call);
      const rules = rulesOnTrace(verdict, mesh);
      return {
        verdict,
        nearMisses: nearMisses(call, verdict, rules, ask, mostNearMisses),
        elsewhere:
          call.from.kind === 'gateway' ? [] : fromElsewhere(call, verdict, rules, mesh, ask),
        otherAges: admitted.length > mostRebuilt ? [] : otherAges(mesh, admitted, options, verdict),
      };
    },
  };
}

function fromElsewhere(call: Call, verdict: Verdict, rules: readonly Rule[], mesh: Mesh, ask: Ask) {
  const homes = new Set(mesh.workloads.map(({ namespace }) => namespace));
  const namespaces = [...new Set([...namespacesNamed(rules), ...homes])];
  return elsewhere(call, verdict, namespaces.slice(0, mostNamespaces), ask);
}
