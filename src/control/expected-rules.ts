/** The shares that hold in a mesh: of every gateway listener, and of what clients may dial, as far as that can be listed. */
import type { Call, Verdict } from '../routing/index.ts';
import { clientsOf } from './mesh-client.ts';
import type { Plan } from './plan.ts';
import type { RouteTable } from './route-table.ts';
import type { ExpectedShare } from './shares.ts';
import { callAt, tlsCalls } from './tls-calls.ts';
import { expectedShares, ruleText, shareKey } from './verdict-names.ts';

type ExpectedRule = { readonly rule: string; readonly expected: readonly ExpectedShare[] };

/** Calls that are asked for this, and as many with TLS; in a mesh with more, shares are shown once they are used. */
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
  let left = callsMax;
  // A service's own cluster is no rule to watch.
  const takeTls = (proxy: string, plain: Call): void => {
    for (const call of tlsCalls(table.compiled(proxy, plain.from), plain)) {
      if (left === 0) return;
      left -= 1;
      const { verdict } = table.ask(proxy, call);
      if (ruleText(verdict) !== null) take(verdict);
    }
  };
  for (const listener of plan.listeners) {
    const plain = callAt(listener);
    take(table.ask(listener.gateway, plain).verdict);
    takeTls(listener.gateway, plain);
  }
  const clients = clientsOf(table);
  const targets = table.mesh.services.flatMap(({ host, ports }) =>
    ports.map(({ number }) => ({ host, port: number })),
  );
  if (clients.length * targets.length > callsMax) return [...rules.values()];
  for (const { name, viewpoint } of clients)
    for (const to of targets) {
      const plain: Call = { from: viewpoint, to, protocol: 'tcp' };
      const { verdict } = table.ask(name, plain);
      if (ruleText(verdict) !== null) take(verdict);
      takeTls(name, plain);
    }
  return [...rules.values()];
}
