/** What is said of tcp rules for a port that speaks something else. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { sentence } from '../../text/index.ts';
import { occurrence } from '../rule.ts';
import { connectionText } from './connection-text.ts';
import type { Facts } from './facts.ts';
import { type MisplacedRule, misplacedAt } from './misplaced-rules.ts';
import { declareAs, protocolSpan } from './port-declaration.ts';

/** spoken: what the port is. instead: what is to be done, behind the words of how the port is declared as TCP. */
export function tcpRuleElsewhere(
  found: MisplacedRule,
  spoken: string,
  instead: string,
  facts: Facts,
): Occurrence {
  const { rule, match, port, call } = found;
  const { service, port: own } = port;
  const { place, severity } = misplacedAt(found, facts);
  const what = match === null ? 'rule' : 'match';
  const message = `port ${own.number} of ${service.host} is ${spoken}, where tcp rules do nothing: ${connectionText(call)} does not meet this ${what}`;
  return occurrence(rule.virtualService, place, [], message, {
    severity,
    help: `${sentence(declareAs('tcp', service, own))} ${instead}`,
    related: [
      { message: 'the protocol of the port is said here', span: protocolSpan(service, own) },
    ],
  });
}
