/** Where a finding about a whole rule points: at its conditions, or else at what it does. */
import type { Rule } from '../../expectation/index.ts';
import type { Placed } from '../../resource/index.ts';

export function placeOf(rule: Rule): Placed {
  const value = rule.virtualService.spec[rule.list]?.[rule.number - 1];
  return value?.match?.[0] ?? value?.route ?? value ?? rule.virtualService.spec;
}
