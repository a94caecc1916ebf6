/** A tcp rule (validation.go:validateTCPRoute). */
import type { TcpRoute } from '../../resource/index.ts';
import { type Report, unheardWarnings } from '../report.ts';
import { virtualServiceRules as rules } from '../rules/virtual-service.ts';
import { checkGateways } from './gateways.ts';
import { checkL4Match } from './l4-match.ts';
import { checkRoute } from './route.ts';

export function checkTcpRoute(rule: TcpRoute, report: Report): void {
  for (const match of rule.match ?? []) {
    checkL4Match(match, report);
    checkGateways(match.gateways, unheardWarnings(report));
  }
  if ((rule.route?.length ?? 0) === 0)
    report(rules.routeMissing, rule, ['route'], 'this tcp rule has no route');
  checkRoute(rule.route, report);
}
