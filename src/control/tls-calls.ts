/** Connections that begin with TLS: one for each filter chain that asks for a server name. */
import { serverNameFor } from '../expectation/index.ts';
import { type Call, type Compiled, listenerFor } from '../routing/index.ts';
import type { PlannedListener } from './plan-gateways.ts';

/** A connection to a gateway's listener that says nothing of its first bytes. */
export function callAt({ viewpoint, bind, port }: PlannedListener): Call {
  const to = bind === null ? { port } : { ip: bind, port };
  return { from: viewpoint, to, protocol: 'tcp' };
}

/** The same connection with a client hello for each chain, names that are written out before those that a wildcard takes. */
export function* tlsCalls(compiled: Compiled, call: Call): Generator<Call> {
  const chains = listenerFor(compiled, call)?.chains ?? [];
  for (const wild of [false, true])
    for (const { sniHosts, target } of chains) {
      const exact = sniHosts.find((host) => !host.startsWith('*'));
      const host = exact ?? sniHosts[0];
      if (host === undefined || (exact === undefined) !== wild || target.kind === 'http') continue;
      yield { ...call, sni: serverNameFor(host) ?? undefined, protocol: 'tls' };
    }
}
