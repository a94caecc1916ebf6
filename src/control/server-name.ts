/** The server name that who connects to one of a mesh's addresses cannot do without. */
import { parseAddress } from '../address/index.ts';
import type { Call } from '../routing/index.ts';
import type { HostPort } from './mesh-address.ts';
import type { MeshClient } from './mesh-client.ts';
import type { OpenAddress } from './mesh-event.ts';
import type { RunningMesh } from './running-mesh.ts';
import { callAt, tlsCalls } from './tls-calls.ts';
import { publicationName } from './ways-in.ts';

type Mesh = Pick<RunningMesh, 'plan' | 'publications' | 'client' | 'table'>;

/** One that is routed where bytes without one are not; null where nothing, or no name, has to be said. */
export function neededServerName(running: Mesh, address: OpenAddress): string | null {
  const arriving = arrivingAt(running, address);
  return arriving === null ? null : neededFor(running, arriving);
}

/** The same for what a client dials. */
export function serverNameFromClient(
  running: Mesh,
  client: MeshClient,
  to: HostPort,
): string | null {
  return neededFor(running, dialling(client, to));
}

type Arriving = { readonly proxy: string; readonly call: Call };

function neededFor({ table }: Mesh, { proxy, call }: Arriving): string | null {
  const { outcome } = table.ask(proxy, call).verdict;
  if (outcome === 'routed' || outcome === 'http') return null;
  for (const named of tlsCalls(table.compiled(proxy, call.from), call))
    if (named.sni !== undefined && table.ask(proxy, named).verdict.outcome === 'routed')
      return named.sni;
  return null;
}

/** Whose proxy takes what comes there, and what it is after; null where whoever connects says it himself, or nobody does. */
function arrivingAt(running: Mesh, { purpose, name }: OpenAddress): Arriving | null {
  switch (purpose) {
    case 'gateway': {
      const listener = running.plan.listeners.find((one) => one.name === name);
      return listener === undefined ? null : { proxy: listener.gateway, call: callAt(listener) };
    }
    case 'publish': {
      const publication = running.publications.find((one) => publicationName(one) === name);
      const client = publication === undefined ? null : running.client(publication.from);
      if (publication === undefined || client === null) return null;
      return dialling(client, publication.to);
    }
    case 'socks':
    case 'admin':
    case 'api':
      return null;
  }
}

function dialling({ name, viewpoint }: MeshClient, { host, port }: HostPort): Arriving {
  const to = parseAddress(host) === null ? { host, port } : { ip: host, port };
  return { proxy: name, call: { from: viewpoint, to, protocol: 'tcp' } };
}
