/** Rules whose connections a more specific filter chain takes: that is no question of their order. */
import { type Rule, ruleKey } from '../../expectation/index.ts';
import type { Facts } from './facts.ts';
import type { Attempt } from './routes.ts';

/** Does the rule hold for every one of these connections, and lose each to a longer prefix or a more exact server name? */
export function alwaysOutdone(rule: Rule, attempts: readonly Attempt[], facts: Facts): boolean {
  const key = ruleKey(rule.ref);
  return attempts.every(({ call }) =>
    facts
      .routes()
      .ask(call)
      .steps.some(
        ({ stage, subject, reason }) =>
          stage === 'rule' && subject === key && reason === 'more-specific-chain',
      ),
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
