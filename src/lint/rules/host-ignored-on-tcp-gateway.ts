/** Host names on a plain TCP server, which tell nothing apart. */

import { candidateCalls, sameRule } from '../../expectation/index.ts';
import { type Mesh, meshGateway } from '../../mesh/index.ts';
import type { Viewpoint } from '../../routing/index.ts';
import { agree, listed } from '../../text/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { namespacesOfPods } from '../facts/gateway-views.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const hostIgnoredOnTcpGateway: LintRule = {
  meta: {
    code: 'TCM1103',
    name: 'host-ignored-on-tcp-gateway',
    severity: 'info',
    summary: 'A VirtualService on a plain TCP server names a host.',
    why: 'Plain TCP carries no host name. The host only has to fit one of the server; then every connection to the port takes the rule, whatever name the client used.',
    help: 'Write `*`, or give each host a port of its own; with TLS, hosts can be told apart by SNI.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Gateway', 'Service', 'Pod', 'Deployment'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const { hosts } = service.spec;
      const { gateways } = facts.routes().boundTo(service);
      if (hosts === undefined || hosts.includes('*') || gateways.includes(meshGateway)) continue;
      for (const rule of facts.routes().rulesOf(service)) {
        if (rule.list !== 'tcp') continue;
        const call = [...candidateCalls(rule, facts.mesh, 'made')]
          .slice(0, 20)
          .find(
            (asked) =>
              asked.from.kind === 'gateway' &&
              mayRun(asked.from, facts.mesh) &&
              asked.sni === undefined &&
              sameRule(facts.routes().ask(asked).rule, rule.ref),
          );
        if (call === undefined) continue;
        yield occurrence(
          service,
          hosts,
          [],
          `${listed(hosts)} ${agree(hosts.length, 'tells', 'tell')} nothing apart on plain TCP: ${connectionText(call)} meets ${rule.ref.path} under any name`,
        );
        break;
      }
    }
  },
};

/** Where its Pods are, if any are known: elsewhere other VirtualServices may be seen. */
function mayRun({ namespace, labels }: Viewpoint, mesh: Mesh): boolean {
  const namespaces = namespacesOfPods(labels, mesh);
  return namespaces.size === 0 || namespaces.has(namespace);
}
