/** A server of a Gateway that loses its port to an earlier one. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { type Resource, type Server, spanAt } from '../../resource/index.ts';
import { type GatewayView, viewsOf } from '../facts/gateway-views.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const gatewayServerSkipped: LintRule = {
  meta: {
    code: 'TCM1104',
    name: 'gateway-server-skipped',
    severity: 'error',
    summary: 'A server of a Gateway is left out because its port is taken on the same workload.',
    why: 'On one port of a gateway workload the oldest Gateway comes first. A second plain TCP server on the port, of whatever Gateway and with whatever hosts, is left out, and VirtualServices for it are never used.',
    help: 'Give the server a port of its own, or put the rules behind the server that has the port.',
    istio: nobodyElse,
  },
  reads: ['Gateway', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    const said = new Set<Server>();
    const views = new Set(facts.mesh.gateways.flatMap((gateway) => viewsOf(gateway, facts)));
    for (const view of views)
      for (const skipped of view.gateway.servers.skipped) {
        if (said.has(skipped.server)) continue;
        said.add(skipped.server);
        yield leftOut(skipped);
      }
  },
};

type Skipped = GatewayView['gateway']['servers']['skipped'][number];

function leftOut({ gateway, server, by, reason }: Skipped): Occurrence {
  const number = server.port?.number ?? 0;
  const owner = by === null ? 'an earlier server' : ownerText(by.gateway, gateway);
  const what = {
    'port-taken': `port ${number} is taken by ${owner}`,
    'host-taken': `a host of this server is taken on port ${number} by ${owner}`,
    'port-name-taken': `the port name ${server.port?.name ?? ''} is taken by ${owner}`,
  }[reason];
  return occurrence(
    gateway,
    server.port ?? server,
    server.port === undefined ? [] : ['number'],
    `${what}: this server opens nothing`,
    {
      related:
        by === null
          ? []
          : [{ message: 'this server has it', span: spanAt(by.server.port ?? by.server) }],
    },
  );
}

function ownerText(other: Resource<'Gateway'>, own: Resource<'Gateway'>): string {
  return other === own
    ? 'an earlier server of this Gateway'
    : `Gateway ${other.namespace}/${other.name}, which counts as older`;
}
