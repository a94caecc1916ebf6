/** Rules that no connection reaches, all of whose ports speak something that the list they stand in is not for. */
import type { Severity } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import type { PortClass } from '../../mesh/index.ts';
import type { Placed } from '../../resource/index.ts';
import type { Call } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { plainCall, portsBehind, type SpokenPort } from './route-protocol.ts';
import { placeOf } from './rule-place.ts';

/** match: the one that is, where the rule has others for other ports; null where the whole rule is. */
export type MisplacedRule = {
  readonly rule: Rule;
  readonly match: number | null;
  readonly port: SpokenPort;
  readonly call: Call;
};

/** By list: the classes of ports that a finding of its own says its rules do nothing on. */
const wrongFor: Readonly<Record<Rule['list'], readonly (readonly PortClass[])[]>> = {
  tcp: [['http'], ['tls'], ['udp']],
  tls: [['tcp', 'auto', 'http'], ['udp']],
};

export type List = Rule['list'] | 'http';

/** Do rules of the list do something on such a port? */
export function isUsedBy(list: List, portClass: PortClass): boolean {
  if (list === 'http') return portClass === 'http' || portClass === 'auto';
  return !wrongFor[list].some((classes) => classes.includes(portClass));
}

/** Does such a finding say why no connection reaches the rule, or reaches it by this match? */
export function isMisplaced(rule: Rule, facts: Facts, match: number | null = null): boolean {
  return wrongFor[rule.list].some((classes) => portIn(classes, rule, match, facts) !== null);
}

/** port: the first that the rule is for; call: a connection to it, which routing takes elsewhere. */
export function* misplacedRules(
  facts: Facts,
  list: Rule['list'],
  ...classes: readonly PortClass[]
): Iterable<MisplacedRule> {
  for (const rule of facts.routes().rules) {
    if (rule.list !== list) continue;
    const whole = portIn(classes, rule, null, facts);
    const parts = whole !== null || rule.matches.length < 2 ? [null] : rule.matches.keys();
    for (const match of parts) {
      const port = match === null ? whole : portIn(classes, rule, match, facts);
      if (port === null || isReached(rule, match, facts)) continue;
      yield { rule, match, port, call: plainCall(port, list, rule.virtualService.namespace) };
    }
  }
}

/** Where to point, and how grave it is: beside other matches that work one is only a warning. */
export function misplacedAt(
  { rule, match }: MisplacedRule,
  facts: Facts,
): { readonly place: Placed; readonly severity: Severity } {
  const place = (match === null ? undefined : rule.matches[match]?.value) ?? placeOf(rule);
  return { place, severity: isReached(rule, null, facts) ? 'warning' : 'error' };
}

function isReached(rule: Rule, match: number | null, facts: Facts): boolean {
  const routes = facts.routes();
  return (match === null ? routes.reach(rule) : routes.reachOfMatch(rule, match)).kind !== 'never';
}

/** The first port that the rule, or one match of it, is for, if all of them are of these classes. */
function portIn(
  classes: readonly PortClass[],
  rule: Rule,
  match: number | null,
  facts: Facts,
): SpokenPort | null {
  const matches = match === null ? rule.matches : rule.matches.slice(match, match + 1);
  const wanted = matches.map(({ value }) => value.port ?? 0);
  const any = wanted.length === 0 || wanted.includes(0);
  const ports = portsBehind(rule.virtualService, facts).filter(
    ({ port }) => any || wanted.includes(port.number),
  );
  // Beside ports that something listens on, one of UDP says nothing.
  const routed = ports.filter(({ portClass }) => portClass !== 'udp');
  const judged = routed.length > 0 ? routed : ports;
  return judged.every(({ portClass }) => classes.includes(portClass)) ? (judged[0] ?? null) : null;
}
