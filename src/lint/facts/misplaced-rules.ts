/** Rules that no connection reaches, all of whose ports speak something that the list they stand in is not for. */
import type { Rule } from '../../expectation/index.ts';
import type { PortClass } from '../../mesh/index.ts';
import type { Call } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { plainCall, portsBehind, type SpokenPort } from './route-protocol.ts';

export type MisplacedRule = { readonly rule: Rule; readonly port: SpokenPort; readonly call: Call };

/** port: the first that the rule is for; call: a connection to it, which routing takes elsewhere. */
export function* misplacedRules(
  facts: Facts,
  list: Rule['list'],
  ...classes: readonly PortClass[]
): Iterable<MisplacedRule> {
  for (const rule of facts.routes().rules) {
    if (rule.list !== list) continue;
    const wanted = rule.matches.map(({ value }) => value.port ?? 0);
    const ports = portsBehind(rule.virtualService, facts).filter(
      ({ port }) => wanted.length === 0 || wanted.includes(0) || wanted.includes(port.number),
    );
    const port = ports[0];
    if (port === undefined || !ports.every(({ portClass }) => classes.includes(portClass)))
      continue;
    if (facts.routes().reach(rule).kind !== 'never') continue;
    yield { rule, port, call: plainCall(port, list, rule.virtualService.namespace) };
  }
}
