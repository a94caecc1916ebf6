/** A TCP server of a Gateway that no rule is for. */
import { resolveGatewayName } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import { viewsOf } from '../facts/gateway-views.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const gatewayServerWithoutRule: LintRule = {
  meta: {
    code: 'TCM1108',
    name: 'gateway-server-without-rule',
    severity: 'warning',
    summary: 'No tcp or tls rule is for a server of a Gateway, so it opens nothing.',
    why: 'A TCP server has no default. Without a rule for its port the gateway does not listen there, and connections are refused.',
    help: 'Add a tcp rule for the port to a VirtualService that is bound to the Gateway.',
    istio: nobodyElse,
  },
  reads: ['Gateway', 'VirtualService', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    const bound = new Set(
      facts.objects
        .of('VirtualService')
        .flatMap(({ spec, namespace }) =>
          (spec.gateways ?? []).map((name) => resolveGatewayName(name, namespace)),
        ),
    );
    for (const gateway of facts.mesh.gateways) {
      // Its VirtualServices may be in other files.
      if (facts.options.refs !== 'require' && !bound.has(`${gateway.namespace}/${gateway.name}`))
        continue;
      for (const server of silentServers(gateway, facts))
        yield occurrence(
          gateway,
          server.port ?? server,
          server.port === undefined ? [] : ['number'],
          `nothing listens on port ${server.port?.number ?? 0} (${server.port?.protocol ?? ''}): no rule of a VirtualService that is bound to this Gateway is for it`,
        );
    }
  },
};

/** The servers of a Gateway that open nothing, on whichever of its workloads. */
function silentServers(gateway: Resource<'Gateway'>, facts: Facts): readonly Server[] {
  const silent = new Map<Server, number>();
  const views = viewsOf(gateway, facts);
  for (const view of views)
    for (const { gateway: owner, server, port, bind } of view.gateway.servers.taken) {
      if (owner !== gateway || view.gateway.byPort.get(port)?.has(bind)) continue;
      silent.set(server, (silent.get(server) ?? 0) + 1);
    }
  return [...silent].filter(([, times]) => times === views.length).map(([server]) => server);
}
