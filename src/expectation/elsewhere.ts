/** The same call from other namespaces, where that leads elsewhere. */
import type { Call, Verdict } from '../routing/index.ts';
import type { Ask } from './ask.ts';
import { behaviourKey } from './behaviour.ts';
import type { Rule } from './rules-of.ts';

/**
 * namespaces behave alike; any: so does every namespace that is not named anywhere in this list (nor the caller's own), save those of
 * `except`, from which it is as from the caller's.
 */
export type Elsewhere = {
  readonly namespaces: readonly string[];
  readonly any: boolean;
  readonly except: readonly string[];
  readonly verdict: Verdict;
};

/** A namespace that no document names: what holds for it holds for any other. */
export const unnamedNamespace = 'any-other-namespace';

/** namespaces: those worth asking about; limited by the caller, since each may have to be compiled for. */
export function elsewhere(
  call: Call,
  verdict: Verdict,
  namespaces: readonly string[],
  ask: Ask,
): Elsewhere[] {
  const here = behaviourKey(verdict);
  const groups = new Map<string, { namespaces: string[]; any: boolean; verdict: Verdict }>();
  for (const namespace of [...new Set([...namespaces, unnamedNamespace])]) {
    if (namespace === call.from.namespace) continue;
    const from = { ...call.from, namespace };
    // How clients are captured there, the namespace says.
    const other = ask({
      ...call,
      from: from.kind === 'ambient' ? { ...from, kind: 'sidecar' } : from,
    });
    const key = behaviourKey(other);
    const group = groups.get(key) ?? { namespaces: [], any: false, verdict: other };
    if (namespace === unnamedNamespace) group.any = true;
    else group.namespaces.push(namespace);
    groups.set(key, group);
  }
  const alike = groups.get(here)?.namespaces ?? [];
  groups.delete(here);
  return [...groups.values()].map((group) => ({ ...group, except: group.any ? alike : [] }));
}

/** Namespaces that the rules name: in sourceNamespace and exportTo, and those that the VirtualServices live in. */
export function namespacesNamed(rules: readonly Rule[]): string[] {
  const names = new Set<string>();
  for (const { matches, virtualService } of rules) {
    for (const { value } of matches) if (value.sourceNamespace) names.add(value.sourceNamespace);
    for (const name of virtualService.spec.exportTo ?? [])
      if (name !== '*' && name !== '.' && name !== '~') names.add(name);
    names.add(virtualService.namespace);
  }
  return [...names];
}
