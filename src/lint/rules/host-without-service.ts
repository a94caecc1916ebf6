/** tcp and tls rules for a host that is no service. */
import { parseAddress } from '../../address/index.ts';
import { hostsOverlap, meshGateway } from '../../mesh/index.ts';
import { closest } from '../../text/index.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import { expandHost } from '../facts/host-name.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const hostWithoutService: LintRule = {
  meta: {
    code: 'TCM1306',
    name: 'host-without-service',
    severity: 'warning',
    summary: 'A VirtualService with tcp or tls rules is for a host that no service has.',
    why: 'TCP carries no host name. On a sidecar the host only says which service the rules belong to; without one they belong to nothing.',
    help: 'Name a Service (name.namespace.svc.cluster.local) or add a ServiceEntry for the host.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    const { clusterDomain } = facts.options;
    for (const service of facts.objects.of('VirtualService')) {
      const { hosts, gateways, tcp, tls } = service.spec;
      if (hosts === undefined || ((tcp ?? []).length === 0 && (tls ?? []).length === 0)) continue;
      if (gateways !== undefined && gateways.length > 0 && !gateways.includes(meshGateway))
        continue;
      for (const [i, host] of hosts.entries()) {
        const fqdn = expandHost(host, service.namespace, clusterDomain);
        if (facts.hosts().names.some((name) => hostsOverlap(name, fqdn))) continue;
        if (!facts.judges(fqdn.endsWith(`.svc.${clusterDomain}`) ? 'services' : 'hosts')) continue;
        if (serviceMeantBy(host, facts) !== null) continue;
        const meant = closest(fqdn, facts.hosts().names);
        yield occurrence(
          service,
          hosts,
          [i],
          `no Service or ServiceEntry has the host ${fqdn}, so for sidecars these rules belong to nothing`,
          parseAddress(host) !== null
            ? { help: 'Name the service; to choose by address use destinationSubnets.' }
            : meant === null
              ? {}
              : { help: `Did you mean ${meant}?` },
        );
      }
    }
  },
};
