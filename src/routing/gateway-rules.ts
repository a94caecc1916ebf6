/** Which VirtualServices and which of their rules a server of a Gateway has a use for: by hosts, and by the port and the gateways of matches. */
import { hostsOverlap, type MeshVirtualService } from '../mesh/index.ts';
import type { Resource, Server, TcpRoute, TlsRoute } from '../resource/index.ts';
import { afterSlash, splitAtSlash } from '../text/index.ts';
import { type GatewayServer, serverHosts } from './gateway-servers.ts';
import { isForGateway, type L4Match } from './static-match.ts';

/** A server's hosts without their namespaces, each once. */
export function serverNames({ gateway, server }: GatewayServer): readonly string[] {
  const names = serverHosts(gateway, server).map(afterSlash);
  return [...new Set(names)];
}

/** hosts: a server's, as serverHosts gives them. */
export function sharesHost(
  { hosts: own, namespace }: MeshVirtualService,
  hosts: readonly string[],
): boolean {
  return own.some((host) => hosts.some((serverHost) => serves(serverHost, host, namespace)));
}

function serves(serverHost: string, host: string, namespace: string): boolean {
  const open = openTo(namespace, serverHost);
  return open !== null && hostsOverlap(open, host);
}

/** A server host may ask for the VirtualService's namespace before its slash: then it is null for those of others. */
function openTo(namespace: string, serverHost: string): string | null {
  const [where = namespace, host] = splitAtSlash(serverHost);
  return where === namespace ? host : null;
}

/** The hosts of a server that VirtualServices of a namespace may use, without what stands before the slash. */
export function openHosts(
  gateway: Resource<'Gateway'>,
  server: Server,
  namespace: string,
): readonly string[] {
  return serverHosts(gateway, server).flatMap((host) => openTo(namespace, host) ?? []);
}

/** Of a match only port and gateways count here; who connects and to which address does not (`l4SingleMatch`). */
export function matchesServer(
  match: L4Match,
  { server, gateway }: OwnServer,
  home: string,
): boolean {
  const port = match.port ?? 0;
  if (port !== 0 && port !== server.port?.number) return false;
  return isForGateway(match, `${gateway.namespace}/${gateway.name}`, home);
}

type OwnServer = Pick<GatewayServer, 'gateway' | 'server'>;

/**
 * The rule that a server would have of a VirtualService that is bound to its Gateway, if no other came first and the server were one
 * for rules of this list; null where none is for it.
 */
export function ruleForServer(
  virtualService: MeshVirtualService,
  list: 'tcp' | 'tls',
  entry: OwnServer,
): TcpRoute | TlsRoute | null {
  const hosts = serverHosts(entry.gateway, entry.server);
  return sharesHost(virtualService, hosts) ? ruleForPort(virtualService, list, entry) : null;
}

/** The same, whatever the hosts of both are. */
export function ruleForPort(
  virtualService: MeshVirtualService,
  list: 'tcp' | 'tls',
  entry: OwnServer,
): TcpRoute | TlsRoute | null {
  const rules: readonly (TcpRoute | TlsRoute)[] = virtualService.resource.spec[list] ?? [];
  return (
    rules.find(({ match = [], route = [] }) => {
      if (route.length === 0) return false;
      // Without a match a tcp rule takes everything, a tls rule nothing.
      if (match.length === 0) return list === 'tcp';
      return match.some((one) => matchesServer(one, entry, virtualService.namespace));
    }) ?? null
  );
}
