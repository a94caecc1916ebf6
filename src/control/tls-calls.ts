/** Connections that begin with TLS: one for each filter chain that asks for a server name, and the name that a gateway cannot do without. */
import { serverNameFor } from '../expectation/index.ts';
import { type Call, type Compiled, listenerFor } from '../routing/index.ts';
import type { PlannedListener } from './plan-gateways.ts';
import type { RouteTable } from './route-table.ts';

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

/** A server name that is routed at a listener where bytes without one meet no filter chain; null where nothing, or no name, has to be said. */
export function neededServerName(table: RouteTable, listener: PlannedListener): string | null {
  const { gateway, viewpoint } = listener;
  const plain = callAt(listener);
  if (table.ask(gateway, plain).verdict.outcome !== 'no-filter-chain') return null;
  for (const call of tlsCalls(table.compiled(gateway, viewpoint), plain))
    if (call.sni !== undefined && table.ask(gateway, call).verdict.outcome === 'routed')
      return call.sni;
  return null;
}
