/** tcp rules for a port that is declared as TLS. */
import { sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { misplacedAt, misplacedRules } from '../facts/misplaced-rules.ts';
import { declareAs, protocolSpan } from '../facts/port-declaration.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

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
    for (const found of misplacedRules(facts, 'tcp', 'tls')) {
      const { rule, port, call } = found;
      const { place, severity } = misplacedAt(found, facts);
      const { host } = port.service;
      yield occurrence(
        rule.virtualService,
        place,
        [],
        `port ${port.port.number} of ${host} is ${port.port.protocol}, where tcp rules do nothing: ${connectionText(call)} does not meet this rule`,
        {
          severity,
          help: `${sentence(declareAs('tcp', port.service, port.port))} to have its bytes taken as plain TCP, or write a tls rule with sniHosts.`,
          related: [
            {
              message: 'the protocol of the port is said here',
              span: protocolSpan(port.service, port.port),
            },
          ],
        },
      );
    }
  },
};
