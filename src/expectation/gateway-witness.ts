/** Candidate calls that arrive at gateways. */

import { labelsMatch, type Mesh } from '../mesh/index.ts';
import type { Resource, TlsMatchAttributes } from '../resource/index.ts';
import {
  type Call,
  type GatewayServer,
  type Labels,
  mergeServers,
  type Viewpoint,
} from '../routing/index.ts';
import { afterSlash } from '../text/index.ts';
import { serverNameFor } from './representative.ts';
import type { Rule, RuleMatch } from './rules-of.ts';

/** For each gateway that the VirtualService names, each server of it on the port that its workload listens on. */
export function* gatewayCalls(
  rule: Rule,
  match: RuleMatch | null,
  gateways: readonly string[],
  mesh: Mesh,
): Generator<Call> {
  for (const gateway of mesh.gateways) {
    if (!gateways.includes(`${gateway.namespace}/${gateway.name}`)) continue;
    for (const from of gatewayWorkloads(rule, gateway, mesh)) {
      const { taken, skipped } = mergeServers(mesh, from);
      for (const server of [...taken, ...skipped])
        if (server.gateway === gateway) yield* serverCalls(from, match, server);
    }
  }
}

/** Its Pods; and, since a rule may be for some namespaces alone, one in each namespace that has a say. */
function gatewayWorkloads(rule: Rule, gateway: Resource<'Gateway'>, mesh: Mesh): Viewpoint[] {
  const labels: Labels = gateway.spec.selector ?? {};
  const pods =
    Object.keys(labels).length === 0
      ? []
      : mesh.workloads.filter((w) => labelsMatch(labels, w.labels));
  const { namespace: home, spec } = rule.virtualService;
  const named = (spec.exportTo ?? []).filter((name) => !/^[.*~]$/.test(name));
  const namespaces = [mesh.systemNamespace, gateway.namespace, home, ...named];
  return [
    ...pods.map(
      (pod): Viewpoint => ({ kind: 'gateway', namespace: pod.namespace, labels: pod.labels }),
    ),
    ...[...new Set(namespaces)].map(
      (namespace): Viewpoint => ({ kind: 'gateway', namespace, labels }),
    ),
  ];
}

function* serverCalls(
  from: Viewpoint,
  match: RuleMatch | null,
  { server, port, bind }: GatewayServer,
): Generator<Call> {
  const wanted = match?.port ?? 0;
  if (wanted !== 0 && wanted !== server.port?.number) return;
  const to = bind === '0.0.0.0' || bind === '::' ? { port } : { ip: bind, port };
  if (server.tls === undefined) yield { from, to, protocol: 'tcp' };
  else if (match !== null && 'sniHosts' in match)
    for (const bytes of tlsHellos(match)) yield { from, to, ...bytes };
  else
    for (const host of server.hosts ?? []) {
      const sni = serverNameFor(afterSlash(host)) ?? 'tcpmesh-witness.example.com';
      yield { from, to, sni, protocol: 'tls' };
    }
}

/** One hello for each server name that a match asks for. */
export function tlsHellos({ sniHosts }: TlsMatchAttributes): Pick<Call, 'sni' | 'protocol'>[] {
  const names = (sniHosts ?? []).map((host) => serverNameFor(host) ?? undefined);
  return names.map((sni) => ({ sni, protocol: 'tls' }));
}
