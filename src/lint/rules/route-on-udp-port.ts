/** Rules for a port that Istio takes for UDP. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Resource } from '../../resource/index.ts';
import { sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { dialsKnownHosts } from '../facts/misplaced-http-matches.ts';
import { misplacedAt, misplacedRules } from '../facts/misplaced-rules.ts';
import { portsBehind } from '../facts/route-protocol.ts';
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
    for (const service of facts.objects.of('VirtualService')) yield* httpRules(service, facts);
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

/** Where every port is one of UDP; beside others the match for it is found as one for a port that is not HTTP. */
function* httpRules(service: Resource<'VirtualService'>, facts: Facts): Iterable<Occurrence> {
  const { http } = service.spec;
  const ports = portsBehind(service, facts);
  const [first] = ports;
  if (http === undefined || first === undefined || !dialsKnownHosts(service, facts)) return;
  if (http.length === 0 || ports.some(({ portClass }) => portClass !== 'udp')) return;
  const { span, remedy } = udpDeclaration('http', first.service, first.port);
  yield occurrence(
    service,
    http,
    [0],
    `port ${first.port.number} of ${first.service.host} counts as UDP, of which Istio routes nothing: no request meets ${http.length === 1 ? 'this rule' : 'these rules'}`,
    {
      help: `${sentence(remedy)} if it is HTTP; else remove the ${http.length === 1 ? 'rule' : 'rules'}.`,
      related: [{ message: 'the port is declared as UDP here', span }],
    },
  );
}
