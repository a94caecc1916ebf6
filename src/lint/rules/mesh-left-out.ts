/** A VirtualService that is meant for sidecars and bound to gateways only. */

import { isServiceHost, meshGateway } from '../../mesh/index.ts';
import type { L4MatchAttributes, Resource } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { appendItem, waking } from '../mend.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const meshLeftOut: LintRule = {
  meta: {
    code: 'TCM1107',
    name: 'mesh-left-out',
    severity: 'warning',
    summary: 'A VirtualService asks who the client is, but is bound to gateways only.',
    why: 'As soon as spec.gateways names a gateway, sidecars do not use the VirtualService unless `mesh` is named too; and only sidecars know the labels and the namespace of a client.',
    help: 'Add `mesh` to spec.gateways.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const { gateways, http, tcp, tls } = service.spec;
      if (gateways === undefined || gateways.length === 0 || gateways.includes(meshGateway))
        continue;
      if (!isForServices(service, facts)) continue;
      const rules = [...(tcp ?? []), ...(tls ?? [])].map(({ match = [] }) => match);
      if (!rules.some((matches) => matches.some(asksForClient))) continue;
      // Every other rule would come to hold for sidecars too: whether that is meant nobody knows.
      const alone =
        (http ?? []).length === 0 &&
        rules.every((matches) => matches.length > 0 && matches.every(asksForClient));
      const mended = waking(appendItem(gateways, meshGateway));
      yield occurrence(
        service,
        gateways,
        [],
        `sidecars do not use this VirtualService: it is bound to ${listed([...gateways])} and not to mesh, though its rules ask who the client is`,
        alone ? { fix: mended } : { guess: mended },
      );
    }
  },
};

function asksForClient({
  sourceNamespace,
  sourceLabels,
}: Partial<Pick<L4MatchAttributes, 'sourceNamespace' | 'sourceLabels'>>): boolean {
  return (sourceNamespace ?? '') !== '' || Object.keys(sourceLabels ?? {}).length > 0;
}

/** Other hosts than those of services are names at the edge, which sidecars have no use for. */
function isForServices(service: Resource<'VirtualService'>, facts: Facts): boolean {
  const { hosts, services } = facts.routes().boundTo(service);
  // Istio refuses `*` for sidecars.
  if (hosts.includes('*')) return false;
  if (services.length > 0) return true;
  const { clusterDomain } = facts.options;
  return !facts.judges('services') && hosts.some((host) => isServiceHost(host, clusterDomain));
}
