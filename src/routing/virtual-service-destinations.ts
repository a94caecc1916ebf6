/** The hosts and ports that a VirtualService sends to, in any of its http, tcp and tls rules. */
import { type Mesh, type MeshVirtualService, resolveShortName } from '../mesh/index.ts';
import type { Destination, HttpRoute } from '../resource/index.ts';

/** By host as Istio completes it: the ports named, null where a destination names none and so may mean any. */
export function destinationsOf(
  mesh: Mesh,
  { resource, namespace }: MeshVirtualService,
  clientNamespace: string,
): ReadonlyMap<string, ReadonlySet<number> | null> {
  const found = new Map<string, Set<number> | null>();
  const add = (destination: Destination | undefined): void => {
    if (destination === undefined) return;
    const host = resolveShortName(destination.host ?? '', namespace, mesh.clusterDomain);
    const port = destination.port?.number ?? 0;
    const ports = found.get(host);
    if (port === 0 || ports === null) found.set(host, null);
    else if (ports === undefined) found.set(host, new Set([port]));
    else ports.add(port);
  };
  const { http, tcp, tls } = resource.spec;
  for (const rule of http ?? []) {
    if (!reaches(rule, clientNamespace)) continue;
    for (const route of rule.route ?? []) add(route.destination);
    add(rule.mirror);
    for (const mirror of rule.mirrors ?? []) add(mirror.destination);
  }
  for (const rule of [...(tcp ?? []), ...(tls ?? [])])
    for (const route of rule.route ?? []) add(route.destination);
  return found;
}

/** An http rule whose every match asks for another source namespace is none of this client's. */
function reaches(rule: HttpRoute, clientNamespace: string): boolean {
  const matches = rule.match ?? [];
  return (
    matches.length === 0 ||
    matches.some(
      ({ sourceNamespace }) =>
        sourceNamespace === undefined ||
        sourceNamespace === '' ||
        sourceNamespace === clientNamespace,
    )
  );
}
