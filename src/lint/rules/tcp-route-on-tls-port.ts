/** tcp rules for a port that is declared as TLS. */
import { tcpRuleElsewhere } from '../facts/misplaced-rule-text.ts';
import { misplacedRules } from '../facts/misplaced-rules.ts';
import { type LintRule, nobodyElse } from '../rule.ts';

export const tcpRouteOnTlsPort: LintRule = {
  meta: {
    code: 'TCM1302',
    name: 'tcp-route-on-tls-port',
    severity: 'error',
    summary: 'A tcp rule is for a port that is declared as TLS.',
    why: 'Istio looks for tls rules with sniHosts there and uses no tcp rules: connections go to the service itself.',
    help: 'Write a tls rule with sniHosts, or name the port tcp.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    const instead = 'to have its bytes taken as plain TCP, or write a tls rule with sniHosts.';
    for (const found of misplacedRules(facts, 'tcp', 'tls'))
      yield tcpRuleElsewhere(found, found.port.port.protocol, instead, facts);
  },
};
