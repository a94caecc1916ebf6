/** The conditions of a match as a waypoint looks at them: it knows neither the client nor the server name (`core/listener_waypoint.go:getTCPRouteMatch`). */
import type { MeshService } from '../mesh/index.ts';
import { labelsText } from './match-conditions.ts';
import { holds, isWritten, type L4Match, type StaticCondition } from './static-match.ts';
import type { Condition } from './verdict.ts';
import { namesService, waypointContext } from './waypoint.ts';

export function waypointConditions(
  match: L4Match,
  ruleNamespace: string,
  service: MeshService,
  port: number,
): readonly Condition[] {
  const { gateways = [], destinationSubnets = [] } = match;
  const sniHosts = 'sniHosts' in match ? (match.sniHosts ?? []) : null;
  const conditions: Condition[] = [];
  const add = (
    name: Condition['name'],
    wanted: string,
    actual: string,
    held: boolean | null,
  ): void => {
    conditions.push({ name, wanted, actual, held });
  };
  const addStatic = (
    condition: StaticCondition,
    name: Condition['name'],
    wanted: string,
    actual: string,
  ): void => {
    if (isWritten(condition, match))
      add(name, wanted, actual, holds(condition, match, waypointContext(port), ruleNamespace));
  };
  addStatic('gateways', 'gateways', gateways.join(', '), 'a waypoint counts as mesh');
  addStatic('port', 'port', String(match.port), String(port));
  addStatic(
    'source-namespace',
    'sourceNamespace',
    match.sourceNamespace ?? '',
    'a namespace that a waypoint does not know',
  );
  addStatic(
    'source-labels',
    'sourceLabels',
    labelsText(match.sourceLabels ?? {}),
    'labels that a waypoint does not know',
  );
  if (destinationSubnets.length > 0)
    add('destinationSubnets', destinationSubnets.join(', '), 'not looked at', null);
  if (sniHosts !== null)
    add(
      'sniHosts',
      sniHosts.join(', '),
      `a name that a waypoint does not look at: only ${service.host} alone holds, and then for every name`,
      namesService(sniHosts, service),
    );
  if ('sourceSubnet' in match && (match.sourceSubnet ?? '') !== '')
    add('sourceSubnet', match.sourceSubnet ?? '', 'not looked at', null);
  return conditions;
}
