/** Matches for ports of Gateways where the list that they stand in has no say. */
import type { Rule } from '../../expectation/index.ts';
import { meshGateway } from '../../mesh/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { namesGateway } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { usedOn, viewsOf } from './gateway-views.ts';
import { listOf } from './server-lists.ts';

export type WrongServer = { readonly gateway: Resource<'Gateway'>; readonly server: Server };

/**
 * The first server on the port of the match, where all of them are for rules of another list. Null where the match is for sidecars too, or
 * no Gateway here uses the VirtualService, which is a finding of its own (virtual-service-unused-on-gateway).
 */
export function wrongServer(rule: Rule, match: number, facts: Facts): WrongServer | null {
  const { virtualService, list, matches } = rule;
  const value = matches[match]?.value;
  const port = value?.port ?? 0;
  if (value === undefined || port === 0) return null;
  const { gateways } = facts.routes().boundTo(virtualService);
  const named = gateways.filter(
    (name) =>
      (value.gateways ?? []).length === 0 || namesGateway(value, name, virtualService.namespace),
  );
  if (named.includes(meshGateway)) return null;
  const found = facts.mesh.gateways.filter((one) => named.includes(`${one.namespace}/${one.name}`));
  if (found.length < named.length || !found.some((one) => isUsedOn(one, virtualService, facts)))
    return null;
  const servers = found.flatMap((gateway) =>
    (gateway.spec.servers ?? []).flatMap((server) =>
      server.port?.number === port ? [{ gateway, server }] : [],
    ),
  );
  const wrong = servers.every(({ server }) => listOf(server) !== list);
  return wrong ? (servers[0] ?? null) : null;
}

function isUsedOn(
  gateway: Resource<'Gateway'>,
  service: Resource<'VirtualService'>,
  facts: Facts,
): boolean {
  return viewsOf(gateway, facts).some((view) => usedOn(gateway, view).has(service));
}

/** Is that the reason for all of its matches? */
export function isForWrongServers(rule: Rule, facts: Facts): boolean {
  return (
    rule.matches.length > 0 &&
    rule.matches.every((_, match) => wrongServer(rule, match, facts) !== null)
  );
}
