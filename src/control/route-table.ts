/** Verdicts of one mesh, each asked of `route` once: what a connection needs is then a look into a map. */
import type { Mesh } from '../mesh/index.ts';
import {
  type Call,
  type Compiled,
  type ConnectionPolicy,
  compile,
  connectionPolicyFor,
  inspectorsFor,
  route,
  type Verdict,
  type Viewpoint,
} from '../routing/index.ts';
import type { CapturedMesh } from './mesh-client.ts';
import type { ExpectedShare } from './shares.ts';
import { expectedShares, ruleText, shareKey } from './verdict-names.ts';

/** A verdict with all that is the same for every connection it is for. */
export type PreparedVerdict = {
  readonly verdict: Verdict;
  readonly rule: string | null;
  readonly shareKey: string;
  readonly expected: readonly ExpectedShare[];
  readonly policy: ConnectionPolicy;
};

type Inspectors = ReturnType<typeof inspectorsFor>;

/** Calls that are remembered; a mesh with more of them forgets all and starts over. */
const rememberedMax = 8192;

export class RouteTable {
  readonly mesh: Mesh;
  readonly everywhereAmbient: boolean;
  readonly #compiled = new Map<string, Compiled>();
  readonly #verdicts = new Map<string, PreparedVerdict>();

  readonly #inspectors = new Map<string, Inspectors>();

  constructor({ mesh, everywhereAmbient }: CapturedMesh) {
    this.mesh = mesh;
    this.everywhereAmbient = everywhereAmbient;
  }

  /** proxy: a name for the viewpoint, the same for the same viewpoint. */
  ask(proxy: string, call: Call): PreparedVerdict {
    const key = `${proxy}\n${call.to.host ?? ''}\n${call.to.ip ?? ''}\n${call.to.port}\n${call.protocol}\n${call.sni ?? ''}`;
    let prepared = this.#verdicts.get(key);
    if (prepared === undefined) {
      prepared = prepare(this.compiled(proxy, call.from), call);
      if (this.#verdicts.size >= rememberedMax) this.#verdicts.clear();
      this.#verdicts.set(key, prepared);
    }
    return prepared;
  }

  /** What has to be seen of the first bytes before this call can be decided; neither where addresses are enough. */
  inspectors(proxy: string, call: Call): Inspectors {
    const key = `${proxy}\n${call.to.host ?? ''}\n${call.to.ip ?? ''}\n${call.to.port}`;
    let inspectors = this.#inspectors.get(key);
    if (inspectors === undefined) {
      inspectors = inspectorsFor(this.compiled(proxy, call.from), call);
      if (this.#inspectors.size >= rememberedMax) this.#inspectors.clear();
      this.#inspectors.set(key, inspectors);
    }
    return inspectors;
  }

  compiled(proxy: string, viewpoint: Viewpoint): Compiled {
    let compiled = this.#compiled.get(proxy);
    if (compiled === undefined) {
      compiled = compile(this.mesh, viewpoint);
      this.#compiled.set(proxy, compiled);
    }
    return compiled;
  }
}

function prepare(compiled: Compiled, call: Call): PreparedVerdict {
  const verdict = route(compiled, call);
  return {
    verdict,
    rule: ruleText(verdict),
    shareKey: shareKey(verdict),
    expected: expectedShares(verdict),
    policy: connectionPolicyFor(compiled, call),
  };
}
