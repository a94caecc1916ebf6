/** Candidate calls for a rule: enough of them that, if any call reaches the rule, one of these does. */

import { parseAddress, parsePrefix } from '../address/index.ts';
import { hostsOverlap, type Mesh, type MeshService } from '../mesh/index.ts';
import type { Call, Labels, Viewpoint } from '../routing/index.ts';
import { unnamedNamespace } from './elsewhere.ts';
import { gatewayCalls, tlsHellos } from './gateway-witness.ts';
import { addressesIn } from './representative.ts';
import type { Rule, RuleMatch } from './rules-of.ts';

/** Lazily, the most natural calls first: workloads that exist, addresses that services have. */
export function* candidateCalls(rule: Rule, mesh: Mesh): Generator<Call> {
  const virtualService = mesh.virtualServices.all.find(
    ({ resource }) => resource === rule.virtualService,
  );
  if (virtualService === undefined) return;
  const { hosts, gateways } = virtualService;
  const matches: readonly (RuleMatch | null)[] =
    rule.matches.length === 0 ? [null] : rule.matches.map(({ value }) => value);
  for (const match of matches) {
    if (gateways.includes('mesh')) yield* sidecarCalls(rule, match, hosts, mesh);
  }
  for (const match of matches) yield* gatewayCalls(rule, match, gateways, mesh);
}

function* sidecarCalls(
  rule: Rule,
  match: RuleMatch | null,
  hosts: readonly string[],
  mesh: Mesh,
): Generator<Call> {
  const services = mesh.services.filter(({ host }) => hosts.some((h) => hostsOverlap(h, host)));
  const clients = clientsFor(rule, match, mesh);
  for (const from of clients) {
    for (const service of services) {
      const wanted = match?.port ?? 0;
      const numbers = service.ports.map(({ number }) => number);
      for (const port of wanted === 0 ? numbers : [wanted]) {
        for (const to of targetsAt(service, port, match, mesh))
          for (const bytes of firstBytes(match)) yield { from, to, ...bytes };
      }
    }
  }
}

/** Workloads with the labels that the match asks for, then clients made of just what it asks for. */
function clientsFor(rule: Rule, match: RuleMatch | null, mesh: Mesh): Viewpoint[] {
  const labels: Labels = match?.sourceLabels ?? {};
  const namespaces = match?.sourceNamespace
    ? [match.sourceNamespace]
    : [
        rule.virtualService.namespace,
        ...(rule.virtualService.spec.exportTo ?? []).filter((name) => !/^[.*~]$/.test(name)),
        ...new Set(mesh.workloads.map(({ namespace }) => namespace)),
        unnamedNamespace,
      ];
  const clients = new Map<string, Viewpoint>();
  const add = (namespace: string, own: Labels, ip: string | undefined): void => {
    const key = `${namespace} ${JSON.stringify(own)}`;
    if (!clients.has(key)) clients.set(key, { kind: 'sidecar', namespace, labels: own, ip });
  };
  for (const namespace of namespaces)
    for (const workload of mesh.workloadIndex.select(namespace, labels))
      add(namespace, workload.labels, workload.ip);
  for (const namespace of namespaces) add(namespace, labels, undefined);
  return [...clients.values()];
}

/** By name first; where the address may decide, addresses that tell the subnets of all rules apart. */
function* targetsAt(
  service: MeshService,
  port: number,
  match: RuleMatch | null,
  mesh: Mesh,
): Generator<Call['to']> {
  const { host, address } = service;
  yield { host, port };
  const subnets: readonly string[] = match?.destinationSubnets ?? [];
  const open = parseAddress(address) === null || /^(0\.0\.0\.0|::)$/.test(address);
  const within = subnets.length > 0 ? subnets : open ? [placeOf(address)] : [];
  const others = within.length === 0 ? [] : allSubnets(mesh);
  for (const subnet of within) for (const ip of addressesIn(subnet, others)) yield { ip, port };
  for (const { ip } of service.selector === null ? [] : podsOf(service, mesh)) yield { ip, port };
}

function placeOf(address: string): string {
  return parsePrefix(address) !== null && address.includes('/') ? address : '0.0.0.0/0';
}

function podsOf({ selector, namespace, resolution }: MeshService, mesh: Mesh) {
  if (selector === null || resolution !== 'passthrough') return [];
  return mesh.workloadIndex.select(namespace, selector);
}

/** More distinct subnets than this are not told apart. */
const mostSubnets = 200;

function allSubnets(mesh: Mesh): string[] {
  const subnets = new Set<string>();
  for (const { resource } of mesh.virtualServices.all)
    for (const { match } of [...(resource.spec.tcp ?? []), ...(resource.spec.tls ?? [])])
      for (const { destinationSubnets } of match ?? [])
        for (const subnet of destinationSubnets ?? [])
          if (subnets.size < mostSubnets) subnets.add(subnet);
  return [...subnets];
}

function firstBytes(match: RuleMatch | null): Pick<Call, 'sni' | 'protocol'>[] {
  return match === null || !('sniHosts' in match) ? [{ protocol: 'tcp' }] : tlsHellos(match);
}
