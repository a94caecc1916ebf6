/** Why a Gateway leaves a VirtualService out that names it, whatever its rules are. */
import type { Resource, Server } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import { viewsOf } from './gateway-views.ts';

/** namespaces: where the gateway runs; of the VirtualService it sees nothing there. */
export type NotExported = { readonly namespaces: readonly string[] };

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
  return seen ? null : { namespaces: [...namespaces] };
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
