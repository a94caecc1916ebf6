/** Whether connections reach a rule, and what they went to instead. */
import { sameRule } from '../../expectation/index.ts';
import type { Call, RuleRef } from '../../routing/index.ts';

/** rule: the one that took it. A whole verdict would keep the proxy that it was asked of. */
export type Attempt = { readonly call: Call; readonly rule: RuleRef | null };

/**
 * reached: by this connection. never: by none, these are the connections that fit it and where they went instead; none at all where
 * nobody could even dial. unknown: too many connections would have to be asked about, or addresses are not in the files.
 */
export type Reach =
  | { readonly kind: 'reached'; readonly attempt: Attempt }
  | { readonly kind: 'never'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'unknown' };

/** The rules that took the connections of an unreached one, each once, in the order of the attempts. */
export function takersOf(attempts: readonly Attempt[]): RuleRef[] {
  const takers: RuleRef[] = [];
  for (const { rule } of attempts)
    if (rule !== null && !takers.some((taker) => sameRule(taker, rule))) takers.push(rule);
  return takers;
}
