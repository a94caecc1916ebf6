/** tcp rules for a port that speaks HTTP. */

import { classOf } from '../../mesh/index.ts';
import { sentence } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { misplacedAt, misplacedRules } from '../facts/misplaced-rules.ts';
import { declareAs, protocolSpan } from '../facts/port-declaration.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

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
    for (const found of misplacedRules(facts, 'tcp', 'http')) {
      const { rule, port, call } = found;
      const { place, severity } = misplacedAt(found, facts);
      const { host } = port.service;
      yield occurrence(
        rule.virtualService,
        place,
        [],
        `port ${port.port.number} of ${host} is ${classOf(port.port.protocol)}, where tcp rules do nothing: ${connectionText(call)} does not meet this rule`,
        {
          severity,
          help: `${sentence(declareAs('tcp', port.service, port.port))} if it is TCP, or write an http rule.`,
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
