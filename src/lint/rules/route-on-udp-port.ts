/** tcp and tls rules for a port that Istio takes for UDP. */
import { sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { misplacedAt, misplacedRules } from '../facts/misplaced-rules.ts';
import { udpDeclaration } from '../facts/udp-declaration.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const routeOnUdpPort: LintRule = {
  meta: {
    code: 'TCM1317',
    name: 'route-on-udp-port',
    severity: 'error',
    summary: 'A rule is for a port that Istio takes for UDP.',
    why: 'Istio routes no UDP and opens no listener for such a port. A port of a Service counts as UDP by its protocol, and also where its appProtocol or name says udp, whatever its protocol is.',
    help: 'Declare the port as TCP if it is, or remove the rule.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const list of ['tcp', 'tls'] as const)
      for (const found of misplacedRules(facts, list, 'udp')) {
        const { rule, port, call } = found;
        const { place, severity } = misplacedAt(found, facts);
        const { number } = port.port;
        const what = found.match === null ? 'rule' : 'match';
        const { span, remedy } = udpDeclaration(list, port.service, port.port);
        yield occurrence(
          rule.virtualService,
          place,
          [],
          `port ${number} of ${port.service.host} counts as UDP, of which Istio routes nothing: ${connectionText(call)} does not meet this ${what}`,
          {
            severity,
            help: `${sentence(remedy)} if it is TCP; else remove the ${what}.`,
            related: [{ message: 'the port is declared as UDP here', span }],
          },
        );
      }
  },
};
