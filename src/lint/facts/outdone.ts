/** Rules whose connections a more specific filter chain takes: that is no question of their order. */

import type { Rule } from '../../expectation/index.ts';
import type { Facts } from './facts.ts';
import type { Attempt } from './reach.ts';

/**
 * Does the rule hold for every one of these connections, and lose each to a longer prefix or a more exact server name? Then it has a filter
 * chain where they arrive; what is hidden by an earlier rule has none, or one that is equal to that of the earlier.
 */
export function alwaysOutdone(rule: Rule, attempts: readonly Attempt[], facts: Facts): boolean {
  const { hasChain, hasPrefix } = facts.routes();
  return attempts.every(
    ({ call, rule: taker }) =>
      hasChain(call, rule) && (rule.list === 'tls' || (taker !== null && hasPrefix(call, taker))),
  );
}

/** What is said of it. */
export const outdone = {
  tcp: {
    message: 'for the longer prefix wins whatever the order',
    why: 'Of the rules that hold, Envoy takes the one with the longest prefix of destinationSubnets that the address is in. A rule that stands before it has no more right.',
    help: 'Give this rule a longer prefix than the other one, or remove it: the longer prefix wins whatever the order, so moving it changes nothing.',
  },
  tls: {
    message: 'for the more specific match wins whatever the order',
    why: 'Of the rules that hold, Envoy takes the one with the longest prefix of destinationSubnets, then the one with the most exact server name. A rule that stands before it has no more right.',
    help: 'Make this rule the more specific one, or remove it: the more specific match wins whatever the order, so moving it changes nothing.',
  },
} as const;
