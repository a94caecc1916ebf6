/** Everything that an answer rests on and no document says, one sentence each. */
import type { Explanation } from '../expectation/index.ts';
import { goesInWords } from './verdict-text.ts';
import { ruleInWords } from './words.ts';

export function assumptionsOf({ verdict, supposed, otherAges }: Explanation): string[] {
  const ages = otherAges.map(({ older, verdict: other }) => {
    const by = other.rule === null ? '' : ` by ${ruleInWords(other.rule)}`;
    return `${older.join(' and ')} has no creationTimestamp and counts as applied in its place in the input; were it older than the others, the call ${goesInWords(other)}${by}`;
  });
  return [...new Set([...supposed, ...verdict.assumptions, ...ages])];
}
