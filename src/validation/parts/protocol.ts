/** The protocol of a port, of whatever kind the resource is. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import type { Placed } from '../../resource/index.ts';
import { closest } from '../../text/index.ts';
import { parseProtocol, protocolWords } from '../names.ts';
import { quote, type Report } from '../report.ts';

/** True where Istio knows the protocol. `port` has it under the key of that name. */
export function checkProtocol(
  rule: RuleMeta,
  port: Placed,
  protocol: string,
  report: Report,
): boolean {
  if (parseProtocol(protocol) !== null) return true;
  const meant = closest(protocol, protocolWords);
  report(
    rule,
    port,
    ['protocol'],
    protocol === '' ? 'this port has no protocol' : `${quote(protocol)} is not a protocol`,
    meant === null ? {} : { help: `Did you mean ${meant}?` },
  );
  return false;
}
