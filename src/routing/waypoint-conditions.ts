/** The conditions of a match as a waypoint looks at them: it knows neither the client nor the server name (`core/listener_waypoint.go:getTCPRouteMatch`). */
import type { MeshService } from '../mesh/index.ts';
import { labelsText } from './match-conditions.ts';
import { holds, type L4Match } from './static-match.ts';
import type { Condition } from './verdict.ts';
import { namesService } from './waypoint.ts';

export function waypointConditions(
  match: L4Match,
  ruleNamespace: string,
  service: MeshService,
  port: number,
): readonly Condition[] {
  const { gateways = [], sourceNamespace = '', destinationSubnets = [] } = match;
  const sourceLabels = match.sourceLabels ?? {};
  const sniHosts = 'sniHosts' in match ? (match.sniHosts ?? []) : null;
  const context = { namespace: '', labels: {}, port };
  const conditions: Condition[] = [];
  const add = (
    name: Condition['name'],
    wanted: string,
    actual: string,
    held: boolean | null,
  ): void => {
    conditions.push({ name, wanted, actual, held });
  };
  if (gateways.length > 0)
    add(
      'gateways',
      gateways.join(', '),
      'a waypoint counts as mesh',
      holds('gateways', match, context, ruleNamespace),
    );
  if ((match.port ?? 0) !== 0) add('port', String(match.port), String(port), match.port === port);
  if (sourceNamespace !== '')
    add('sourceNamespace', sourceNamespace, 'a namespace that a waypoint does not know', false);
  if (Object.keys(sourceLabels).length > 0)
    add('sourceLabels', labelsText(sourceLabels), 'labels that a waypoint does not know', false);
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
