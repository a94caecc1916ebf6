/** Which list of rules a server of a Gateway has a use for, and which VirtualServices offer it one. */
import { hostsOverlap } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { passesTls, servesHttp } from '../../routing/index.ts';

/** tls: it passes TLS on and goes by server names. tcp: a plain server, or one that terminates TLS. none: HTTP, or it needs no rule. */
export type ServerList = 'tcp' | 'tls' | 'none';

export function listOf(server: Server): ServerList {
  if (servesHttp(server) || server.tls?.mode === 'AUTO_PASSTHROUGH') return 'none';
  return passesTls(server) ? 'tls' : 'tcp';
}

/** Is a rule of this list for the server, by host and port? What else a match asks for is not looked at. */
export function hasRuleFor(
  service: Resource<'VirtualService'>,
  list: 'tcp' | 'tls',
  server: Server,
): boolean {
  const { hosts = [] } = service.spec;
  const served = (server.hosts ?? []).map((host) => host.slice(host.indexOf('/') + 1));
  if (!hosts.some((host) => served.some((other) => hostsOverlap(host, other)))) return false;
  return (service.spec[list] ?? []).some(({ match = [], route = [] }) => {
    if (route.length === 0) return false;
    const open = match.length === 0 && list === 'tcp';
    return open || match.some(({ port = 0 }) => port === 0 || port === server.port?.number);
  });
}

/** `6379 (TLS PASSTHROUGH)` */
export function serverText({ port, tls }: Server): string {
  // Without a mode, a redirect is all that tls settings can be about.
  const mode = tls?.mode ?? (tls === undefined || tls.httpsRedirect ? '' : 'PASSTHROUGH');
  const words = [port?.protocol ?? '', mode].filter((word) => word !== '');
  return `${port?.number ?? 0} (${words.join(' ')})`;
}
