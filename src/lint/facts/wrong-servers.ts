/** Matches for ports of Gateways where the list that they stand in has no say. */
import type { Rule } from '../../expectation/index.ts';
import type { Resource, Server } from '../../resource/index.ts';
import { boundGateways } from './bound-gateways.ts';
import type { Facts } from './facts.ts';
import { isUsedOn } from './gateway-views.ts';
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
  const { inMesh, found, complete } = boundGateways(virtualService, value, facts);
  if (inMesh || !complete || !found.some((one) => isUsedOn(one, virtualService, facts)))
    return null;
  const servers = found.flatMap((gateway) =>
    (gateway.spec.servers ?? []).flatMap((server) =>
      server.port?.number === port ? [{ gateway, server }] : [],
    ),
  );
  const wrong = servers.every(({ server }) => listOf(server) !== list);
  return wrong ? (servers[0] ?? null) : null;
}

/** Is that the reason for all of its matches? */
export function isForWrongServers(rule: Rule, facts: Facts): boolean {
  return (
    rule.matches.length > 0 &&
    rule.matches.every((_, match) => wrongServer(rule, match, facts) !== null)
  );
}
