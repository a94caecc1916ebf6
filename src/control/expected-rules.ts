/** The shares that hold in a mesh: of every gateway listener, and of what clients may dial, as far as that can be listed. */
import type { Verdict } from '../routing/index.ts';
import { clientsOf } from './mesh-client.ts';
import type { Plan } from './plan.ts';
import type { RouteTable } from './route-table.ts';
import type { ExpectedShare } from './shares.ts';
import { expectedShares, ruleText, shareKey } from './verdict-names.ts';

type ExpectedRule = { readonly rule: string; readonly expected: readonly ExpectedShare[] };

/** Calls that are asked for this; in a mesh with more, shares are shown once they are used. */
const callsMax = 2000;

export function expectedRules(table: RouteTable, plan: Plan): readonly ExpectedRule[] {
  const rules = new Map<string, ExpectedRule>();
  const take = (verdict: Verdict): void => {
    const key = JSON.stringify([
      shareKey(verdict),
      verdict.destinations.map(({ cluster, share }) => [cluster, share]),
    ]);
    if (verdict.outcome !== 'routed' || rules.has(key)) return;
    rules.set(key, { rule: shareKey(verdict), expected: expectedShares(verdict) });
  };
  for (const { gateway, viewpoint, bind, port } of plan.listeners) {
    const to = bind === null ? { port } : { ip: bind, port };
    take(table.ask(gateway, { from: viewpoint, to, protocol: 'tcp' }).verdict);
  }
  const clients = clientsOf(table.mesh);
  const targets = table.mesh.services.flatMap(({ host, ports }) =>
    ports.map(({ number }) => ({ host, port: number })),
  );
  if (clients.length * targets.length > callsMax) return [...rules.values()];
  for (const { name, viewpoint } of clients)
    for (const to of targets) {
      const { verdict } = table.ask(name, { from: viewpoint, to, protocol: 'tcp' });
      // A service's own cluster is no rule to watch.
      if (ruleText(verdict) !== null) take(verdict);
    }
  return [...rules.values()];
}
