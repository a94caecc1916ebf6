/** What a verdict comes to, as a key: two calls behave alike when nothing about where they go differs. */
import type { Verdict } from '../routing/index.ts';
import { ruleKey } from './rules-of.ts';

/** Outcome, rule, and each destination with its share and problem; steps and assumptions do not count. */
export function behaviourKey(verdict: Verdict): string {
  return `${verdict.rule === null ? '' : ruleKey(verdict.rule)}\n${destinationKey(verdict)}`;
}

/** As behaviourKey, without the rule: where the bytes end up, whoever sent them there. */
export function destinationKey({ outcome, destinations }: Verdict): string {
  const shares = destinations.map(
    ({ cluster, share, problem }) => `${cluster} ${share.toFixed(6)} ${problem ?? ''}`,
  );
  return [outcome, ...shares.sort()].join('\n');
}
