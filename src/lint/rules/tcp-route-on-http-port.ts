/** tcp rules for a port that speaks HTTP. */
import { classOf } from '../../mesh/index.ts';
import { tcpRuleElsewhere } from '../facts/misplaced-rule-text.ts';
import { misplacedRules } from '../facts/misplaced-rules.ts';
import { type LintRule, nobodyElse } from '../rule.ts';

export const tcpRouteOnHttpPort: LintRule = {
  meta: {
    code: 'TCM1301',
    name: 'tcp-route-on-http-port',
    severity: 'error',
    summary: 'A tcp rule is for a port that speaks HTTP.',
    why: 'Istio uses http rules there and no tcp rules. Bytes that are no HTTP are passed to the address that was dialled.',
    help: 'Name the port tcp if it is TCP, or write an http rule.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    const instead = 'if it is TCP, or write an http rule.';
    for (const found of misplacedRules(facts, 'tcp', 'http'))
      yield tcpRuleElsewhere(found, classOf(found.port.port.protocol), instead, facts);
  },
};
