/** Why a Gateway leaves a VirtualService out that names it, whatever its rules are. */
import { labelsMatch } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import type { Facts } from './facts.ts';
import { viewsOf } from './gateway-views.ts';

/** where: the gateway runs or may run, in words; of the VirtualService it sees nothing there. missing: what its exportTo lacks. */
export type NotExported = { readonly where: string; readonly missing: string };

/** Null where it sees it in one of them. */
export function notExportedTo(
  gateway: Resource<'Gateway'>,
  service: Resource<'VirtualService'>,
  facts: Facts,
): NotExported | null {
  const name = `${gateway.namespace}/${gateway.name}`;
  const namespaces = new Set(viewsOf(gateway, facts).map(({ view }) => view.namespace));
  const seen = [...namespaces].some((namespace) =>
    facts.mesh.virtualServices
      .visibleTo(namespace, name)
      .some(({ resource }) => resource === service),
  );
  if (seen) return null;
  const names = [...namespaces];
  const selector = gateway.spec.selector ?? {};
  // Where there is but one the gateway is there for all that the files say.
  return names.length === 1 ||
    facts.mesh.workloads.some(({ labels }) => labelsMatch(selector, labels))
    ? { where: `${listed(names)}, where the gateway runs`, missing: listed(names) }
    : {
        where: `${names.join(' or ')}, where the gateway may run`,
        missing: "the namespace of the gateway's pods",
      };
}

const servedHosts = new WeakMap<Resource<'Gateway'>, Map<string, readonly string[]>>();

/** The hosts of all servers of a Gateway that VirtualServices of a namespace may use, without their `ns/`. */
export function hostsServedTo(namespace: string, gateway: Resource<'Gateway'>): readonly string[] {
  const known = servedHosts.get(gateway) ?? new Map<string, readonly string[]>();
  servedHosts.set(gateway, known);
  let hosts = known.get(namespace);
  if (hosts === undefined) {
    const all = (gateway.spec.servers ?? []).flatMap((one) => openHosts(one, gateway, namespace));
    hosts = [...new Set(all)];
    known.set(namespace, hosts);
  }
  return hosts;
}

/** The hosts of a server that VirtualServices of a namespace may use, without their `ns/`. */
export function openHosts(
  { hosts }: Server,
  gateway: Resource<'Gateway'>,
  namespace: string,
): readonly string[] {
  return (hosts ?? []).flatMap((entry) => {
    const slash = entry.indexOf('/');
    if (slash === -1) return [entry];
    const scope = entry.slice(0, slash);
    const open =
      scope === '*' || scope === namespace || (scope === '.' && gateway.namespace === namespace);
    return open ? [entry.slice(slash + 1)] : [];
  });
}
