/** Puts an explanation together: the verdict, and what asking again brings to light. */
import { buildMesh, type Mesh, type MeshOptions } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import type { Call, Verdict } from '../routing/index.ts';
import { positionOf, type Span } from '../text/index.ts';
import { type Ask, asker } from './ask.ts';
import { elsewhere, namespacesNamed } from './elsewhere.ts';
import type { Explanation } from './explanation.ts';
import { nearMisses, rulesOnTrace } from './near-miss.ts';
import { otherAges } from './other-ages.ts';
import type { Rule } from './rules-of.ts';

/** A mesh that questions are asked of. deep: near-misses, other namespaces and other ages too. */
export type Explainer = {
  readonly mesh: Mesh;
  readonly ask: Ask;
  readonly explain: (call: Call, supposed: readonly string[], deep: boolean) => Explanation;
};

/** More near-misses or other namespaces than this are no help. */
const mostNearMisses = 5;
const mostNamespaces = 12;
/** Above this many objects a mesh is not built again only to see whether another age would matter. */
const mostRebuilt = 3_000;

export function explainer(admitted: readonly Resource[], options: MeshOptions): Explainer {
  const mesh = buildMesh(admitted, options);
  const ask = asker(mesh);
  const replaced = replacedInWords(mesh);
  return {
    mesh,
    ask,
    explain: (call, supposed, deep) => {
      const verdict = ask(call);
      const plain = { verdict, supposed: [...supposed, ...replaced] };
      if (!deep) return { ...plain, nearMisses: [], elsewhere: [], otherAges: [] };
      const rules = rulesOnTrace(verdict, mesh);
      return {
        ...plain,
        nearMisses: nearMisses(call, verdict, rules, ask, mostNearMisses),
        elsewhere:
          call.from.kind === 'gateway' ? [] : fromElsewhere(call, verdict, rules, mesh, ask),
        otherAges: admitted.length > mostRebuilt ? [] : otherAges(mesh, admitted, options, verdict),
      };
    },
  };
}

/** Alternatives among the files: of two documents for one object the later counts. */
function replacedInWords({ replaced }: Mesh): string[] {
  return replaced.map(({ resource, by }) => {
    const name = `${resource.kind} ${resource.namespace}/${resource.name}`;
    return `${name} is given more than once: ${placeOf(by.span)} replaces ${placeOf(resource.span)}`;
  });
}

function placeOf(span: Span): string {
  return `${span.source.name}:${positionOf(span).line}`;
}

function fromElsewhere(call: Call, verdict: Verdict, rules: readonly Rule[], mesh: Mesh, ask: Ask) {
  const homes = new Set(mesh.workloads.map(({ namespace }) => namespace));
  const namespaces = [...new Set([...namespacesNamed(rules), ...homes])];
  return elsewhere(call, verdict, namespaces.slice(0, mostNamespaces), ask);
}
