/** tls rules for a port that is not declared as TLS. */
import { sentence } from '../../text/index.ts';
import { misplacedAt, misplacedRules } from '../facts/misplaced-rules.ts';
import { declareAs, protocolSpan } from '../facts/port-declaration.ts';
import { portText } from '../facts/route-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const tlsRouteOnTcpPort: LintRule = {
  meta: {
    code: 'TCM1304',
    name: 'tls-route-on-tcp-port',
    severity: 'error',
    summary: 'A tls rule is for a port that is not declared as TLS.',
    why: 'Istio looks at the SNI only on ports that are named tls or https. Elsewhere tls rules do nothing, even where the bytes are TLS.',
    help: 'Name the port tls or https, or write a tcp rule.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const found of misplacedRules(facts, 'tls', 'tcp', 'auto', 'http')) {
      const { rule, match, port } = found;
      const { place, severity } = misplacedAt(found, facts);
      const { host } = port.service;
      yield occurrence(
        rule.virtualService,
        place,
        [],
        `${portText(port)} of ${host} is not declared as TLS, so its SNI is not looked at and this ${match === null ? 'rule' : 'match'} does nothing`,
        {
          severity,
          help: `${sentence(declareAs('tls', port.service, port.port))}, or write a tcp rule.`,
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
