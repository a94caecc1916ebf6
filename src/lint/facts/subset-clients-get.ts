/** Subsets as clients get them: by the DestinationRule that fits best, one for a wildcard too. Istio's analyzer compares hosts word for word. */
import { unnamedNamespace } from '../../expectation/index.ts';
import { isVisible, ruleForClient } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

/** rule: of the first clients that get the subset. without: namespaces whose clients do not, of those that the VirtualService is for. */
export type SubsetGotten = {
  readonly rule: Resource<'DestinationRule'>;
  readonly with: readonly string[];
  readonly without: readonly string[];
};

/** Null where no clients of the VirtualService get it, and where nothing here has the host. */
export function subsetClientsGet(
  host: string,
  subset: string,
  service: Resource<'VirtualService'>,
  { mesh }: Facts,
): SubsetGotten | null {
  const home = mesh.servicesByHost.get(host)?.[0]?.namespace;
  if (home === undefined) return null;
  const found = clientNamespaces(service, mesh).map((client) => {
    const rules = mesh.destinationRules.search(host, home, client).at(-1)?.rules ?? [];
    const merged = ruleForClient(rules, client, {})?.subsets.get(subset);
    return { client, rule: merged?.rule.resource ?? null };
  });
  const rule = found.find((one) => one.rule !== null)?.rule ?? null;
  if (rule === null) return null;
  const named = (gets: boolean): readonly string[] =>
    found.flatMap((one) => ((one.rule !== null) === gets ? [one.client] : []));
  return { rule, with: named(true), without: named(false) };
}

/** Its own, those that it is exported to by name, and one that no file names. */
function clientNamespaces(
  service: Resource<'VirtualService'>,
  mesh: Facts['mesh'],
): readonly string[] {
  const visibility = mesh.virtualServices.of(service)?.visibility;
  const candidates = [service.namespace, ...(visibility?.others ?? []), unnamedNamespace];
  return [...new Set(candidates)].filter(
    (namespace) => visibility === undefined || isVisible(visibility, service.namespace, namespace),
  );
}
