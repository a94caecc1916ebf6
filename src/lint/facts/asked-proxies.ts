/** The proxies of a mesh, each compiled once for all who ask, and what becomes of connections at them. */
import { sameRule } from '../../expectation/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import {
  type Call,
  type Compiled,
  compile,
  isDropped,
  listenerFor,
  PlacedRule,
  type RuleRef,
  route,
  type Verdict,
  type Viewpoint,
} from '../../routing/index.ts';

/** Most clients are asked about once; those without labels come again and again. */
const mostCompiled = 100;
/** What proves that a rule is reached is asked about once more at once, for where it goes. */
const mostRecent = 16;

/** cidrs: the prefixes that the rule asks for; none is every address. */
export type RuleChain = { readonly rule: RuleRef; readonly cidrs: readonly string[] };

export class AskedProxies {
  readonly #mesh: Mesh;
  readonly #compiled = new Map<string, Compiled>();
  readonly #recent = new Map<Call, Verdict>();
  // Calls come by the client.
  #last: { readonly viewpoint: Viewpoint; readonly proxy: Compiled } | null = null;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  compiled(viewpoint: Viewpoint): Compiled {
    if (this.#last?.viewpoint === viewpoint) return this.#last.proxy;
    const key = keyOf(viewpoint);
    let proxy = this.#compiled.get(key);
    if (proxy === undefined) {
      proxy = compile(this.#mesh, viewpoint);
      if (this.#compiled.size >= mostCompiled) this.#compiled.clear();
      this.#compiled.set(key, proxy);
    }
    this.#last = { viewpoint, proxy };
    return proxy;
  }

  ask(call: Call): Verdict {
    let verdict = this.#recent.get(call);
    if (verdict === undefined) {
      verdict = route(this.compiled(call.from), call);
      if (this.#recent.size >= mostRecent) this.#recent.clear();
      this.#recent.set(call, verdict);
    }
    return verdict;
  }

  /** The filter chains of rules on the listener that the connection arrives at, whichever is chosen. */
  ruleChains(call: Call): readonly RuleChain[] {
    const listener = listenerFor(this.compiled(call.from), call);
    if (listener === null) return [];
    const { chains, defaultChain } = listener;
    const last = defaultChain === null || defaultChain === 'fallthrough' ? [] : [defaultChain];
    return [...chains, ...last].flatMap(({ target, cidrs }) => {
      if (target.kind !== 'rule') return [];
      const { virtualService, rule } = target.source;
      return [{ rule: new PlacedRule(virtualService, rule), cidrs }];
    });
  }

  /** Behind a rule for every address a rule has no chain: then it does not matter which address a service has. */
  hasChain(call: Call, { ref }: { readonly ref: RuleRef }): boolean {
    return this.ruleChains(call).some((chain) => sameRule(chain.rule, ref));
  }

  hasPrefix(call: Call, ref: RuleRef): boolean {
    return this.ruleChains(call).some(
      ({ rule, cidrs }) => sameRule(rule, ref) && cidrs.some((cidr) => !isDropped(cidr)),
    );
  }
}

function keyOf(viewpoint: Viewpoint): string {
  const { kind, namespace, labels } = viewpoint;
  const ip = kind === 'sidecar' ? (viewpoint.ip ?? '') : '';
  let key = `${kind} ${namespace} ${ip}`;
  // No label that Istio takes has a NUL in it.
  for (const name of Object.keys(labels).sort()) key += `\0${name}\0${labels[name]}`;
  return key;
}
