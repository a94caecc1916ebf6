/** Which list of rules a server of a Gateway has a use for, and which VirtualServices offer it one. */

import { hostsOverlap } from '../../mesh/index.ts';
import type { Resource, Server, TcpRoute, TlsRoute } from '../../resource/index.ts';
import {
  openHosts,
  passesTls,
  ruleForPort,
  ruleForServer,
  servesHttp,
} from '../../routing/index.ts';
import { afterSlash } from '../../text/index.ts';
import type { Facts } from './facts.ts';
import type { List } from './misplaced-rules.ts';

/** tls: it passes TLS on and goes by server names. tcp: a plain server, or one that terminates TLS. none: HTTP, or it needs no rule. */
export type ServerList = 'tcp' | 'tls' | 'none';

export function listOf(server: Server): ServerList {
  if (servesHttp(server) || server.tls?.mode === 'AUTO_PASSTHROUGH') return 'none';
  return passesTls(server) ? 'tls' : 'tcp';
}

/** Do rules of the list do something on such a server? */
export function isUsedByServer(list: List, server: Server): boolean {
  return list === 'http' ? servesHttp(server) : listOf(server) === list;
}

/** The rule that a server would have of a VirtualService, were it one for this list and no other first. */
export function ruleFor(
  service: Resource,
  list: 'tcp' | 'tls',
  gateway: Resource<'Gateway'>,
  server: Server,
  { mesh }: Pick<Facts, 'mesh'>,
): TcpRoute | TlsRoute | null {
  const virtualService = mesh.virtualServices.of(service);
  return virtualService === undefined
    ? null
    : ruleForServer(virtualService, list, { gateway, server });
}

/** Has it such a rule, and a host of the server too, but not for its namespace? */
export function isForOtherNamespaces(
  service: Resource<'VirtualService'>,
  list: 'tcp' | 'tls',
  gateway: Resource<'Gateway'>,
  server: Server,
  { mesh }: Pick<Facts, 'mesh'>,
): boolean {
  const virtualService = mesh.virtualServices.of(service);
  if (virtualService === undefined) return false;
  const { hosts } = virtualService;
  return (
    anyOverlap(hosts, namesOf(server)) &&
    !anyOverlap(hosts, openHosts(gateway, server, service.namespace)) &&
    ruleForPort(virtualService, list, { gateway, server }) !== null
  );
}

/** Has it a rule for the port and the list, but none of the server's hosts, for whichever namespace these are? */
export function isForOtherHosts(
  service: Resource<'VirtualService'>,
  list: 'tcp' | 'tls',
  gateway: Resource<'Gateway'>,
  server: Server,
  { mesh }: Pick<Facts, 'mesh'>,
): boolean {
  const virtualService = mesh.virtualServices.of(service);
  if (virtualService === undefined) return false;
  return (
    !anyOverlap(virtualService.hosts, namesOf(server)) &&
    ruleForPort(virtualService, list, { gateway, server }) !== null
  );
}

/** Its hosts, whichever namespace each is for. */
function namesOf({ hosts }: Server): readonly string[] {
  return (hosts ?? []).map(afterSlash);
}

function anyOverlap(hosts: readonly string[], served: readonly string[]): boolean {
  return hosts.some((host) => served.some((other) => hostsOverlap(host, other)));
}

/** `6379 (TLS PASSTHROUGH)` */
export function serverText({ port, tls }: Server): string {
  // Without a mode, a redirect is all that tls settings can be about.
  const mode = tls?.mode ?? (tls === undefined || tls.httpsRedirect ? '' : 'PASSTHROUGH');
  const words = [port?.protocol ?? '', mode].filter((word) => word !== '');
  return `${port?.number ?? 0} (${words.join(' ')})`;
}
