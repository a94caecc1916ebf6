/** Why a Gateway leaves a VirtualService out that names it, whatever its rules are. */

import type { Resource } from '../../resource/index.ts';
import { openHosts } from '../../routing/index.ts';
import { listed } from '../../text/index.ts';
import type { Facts } from './facts.ts';
import { namespacesOfPods, supposedNamespaces } from './gateway-views.ts';
import { lazyBy, lazyFor } from './lazy.ts';

/** where: the gateway runs or may run, in words; of the VirtualService it sees nothing there. missing: what its exportTo lacks. */
export type NotExported = { readonly where: string; readonly missing: string };

export const whyExported =
  'exportTo is for gateways too: one sees what is exported to the namespace of its pods, whichever that of the Gateway is.';

/** Null where it sees it in one of them. */
export function notExportedTo(
  gateway: Resource<'Gateway'>,
  service: Resource<'VirtualService'>,
  facts: Facts,
): NotExported | null {
  const name = `${gateway.namespace}/${gateway.name}`;
  const pods = namespacesOfPods(gateway.spec.selector ?? {}, facts.mesh);
  const namespaces = pods.size > 0 ? pods : new Set(supposedNamespaces(gateway, facts.mesh));
  const seen = [...namespaces].some((namespace) =>
    facts.mesh.virtualServices
      .visibleTo(namespace, name)
      .some(({ resource }) => resource === service),
  );
  if (seen) return null;
  const names = [...namespaces];
  // Where there is but one the gateway is there for all that the files say.
  return names.length === 1 || pods.size > 0
    ? { where: `${listed(names)}, where the gateway runs`, missing: listed(names) }
    : {
        where: `${names.join(' or ')}, where the gateway may run`,
        missing: "the namespace of the gateway's pods",
      };
}

/** The hosts of all servers of a Gateway that VirtualServices of a namespace may use, without their `ns/`. */
export function hostsServedTo(namespace: string, gateway: Resource<'Gateway'>): readonly string[] {
  return hostsServed(gateway)(namespace);
}

const hostsServed = lazyFor((gateway: Resource<'Gateway'>) =>
  lazyBy(String, (namespace: string): readonly string[] => {
    const servers = gateway.spec.servers ?? [];
    return [...new Set(servers.flatMap((server) => openHosts(gateway, server, namespace)))];
  }),
);
