/** http rules for a host that speaks no HTTP. */
import { spanAt } from '../../resource/index.ts';
import { connectionText } from '../facts/connection-text.ts';
import { plainCall, portsBehind, portText } from '../facts/route-protocol.ts';
import { type LintRule, listed, nobodyElse, occurrence } from '../rule.ts';

export const httpRouteOnTcpPort: LintRule = {
  meta: {
    code: 'TCM1303',
    name: 'http-route-on-tcp-port',
    severity: 'error',
    summary: 'Rules stand under http, but no port of the host speaks HTTP.',
    why: 'Istio uses http rules on HTTP ports only. On a TCP port they are passed over in silence, weights and all: every connection goes to the service itself.',
    help: 'Move the rules from `http:` to `tcp:`, or name the port http if it is HTTP.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const { http } = service.spec;
      const ports = portsBehind(service, facts);
      if (http === undefined || http.length === 0 || ports.length === 0) continue;
      if (ports.some(({ portClass }) => portClass === 'http' || portClass === 'auto')) continue;
      const spoken = ports.filter(({ portClass }) => portClass !== 'udp');
      const first = spoken[0];
      if (first === undefined) continue;
      const call = plainCall(first, first.portClass === 'tls' ? 'tls' : 'tcp', service.namespace);
      const verdict = facts.routes().ask(call);
      if (verdict.outcome === 'http') continue;
      const cluster = verdict.destinations[0]?.host;
      const tls = spoken.every(({ portClass }) => portClass === 'tls');
      yield occurrence(
        service,
        http,
        [0],
        `${first.service.host} has ${listed(spoken.map(portText))} and no HTTP port, so these http rules do nothing: ${connectionText(call)} goes to ${verdict.rule === null ? (cluster === undefined ? 'the address dialled' : `${cluster} itself`) : verdict.rule.path}`,
        {
          help: tls
            ? 'Write them as `tls:` rules with sniHosts, or name the port http if it is HTTP.'
            : 'Move the rules from `http:` to `tcp:` (route and weight stay as they are), or name the port http if it is HTTP.',
          related: [
            {
              message: `the protocol of ${portText(first)} is said here`,
              span: spanAt(first.service.resource.spec, 'ports'),
            },
          ],
        },
      );
    }
  },
};
