/** Candidate calls for a rule: enough of them that, if any call reaches the rule, one of these does. */

import { parseAddress, parsePrefix } from '../address/index.ts';
import {
  endpointsOf,
  hostCovers,
  isGatewayWorkload,
  isWildcard,
  type Mesh,
  type MeshService,
  meshGateway,
  servicesMatching,
} from '../mesh/index.ts';
import {
  type Call,
  isDropped,
  isForGateway,
  type Labels,
  type Viewpoint,
} from '../routing/index.ts';
import { unnamedNamespace } from './elsewhere.ts';
import { gatewayCalls, tlsHellos } from './gateway-witness.ts';
import { serverNameFor } from './representative.ts';
import type { Rule, RuleMatch } from './rules-of.ts';
import { addressesWithin } from './subnets-of-mesh.ts';

/**
 * Whom to let connect. existing: first the workloads that exist, then clients made of just what a match asks for.
 * made: those alone, and workloads only where a Sidecar may treat them apart; as good for a proof, and fewer.
 */
export type Clients = 'existing' | 'made';

/** Lazily, the most natural calls first: workloads that exist, addresses that services have. */
export function* candidateCalls(
  rule: Rule,
  mesh: Mesh,
  clients: Clients = 'existing',
): Generator<Call> {
  const virtualService = mesh.virtualServices.of(rule.virtualService);
  if (virtualService === undefined) return;
  const { hosts, gateways } = virtualService;
  const matches: readonly (RuleMatch | null)[] =
    rule.matches.length === 0 ? [null] : rule.matches.map(({ value }) => value);
  for (const match of matches)
    if (gatewaysOf(rule, match, gateways).includes(meshGateway))
      yield* sidecarCalls(rule, match, hosts, mesh, clients);
  for (const match of matches)
    yield* gatewayCalls(rule, match, gatewaysOf(rule, match, gateways), mesh);
}

/** A match may be for some of the gateways that its VirtualService is bound to. */
function gatewaysOf(
  { virtualService }: Rule,
  match: RuleMatch | null,
  bound: readonly string[],
): readonly string[] {
  if (match === null) return bound;
  return bound.filter((gateway) => isForGateway(match, gateway, virtualService.namespace));
}

function* sidecarCalls(
  rule: Rule,
  match: RuleMatch | null,
  hosts: readonly string[],
  mesh: Mesh,
  clients: Clients,
): Generator<Call> {
  const services = new Set(hosts.flatMap((host) => servicesMatching(mesh, host)));
  if (services.size === 0) return;
  for (const from of clientsFor(rule, match, mesh, clients)) {
    for (const service of services) {
      const wanted = match?.port ?? 0;
      const numbers = service.ports.map(({ number }) => number);
      for (const port of wanted === 0 ? numbers : [wanted]) {
        for (const to of targetsAt(service, nameOf(service, hosts), port, match, mesh))
          for (const bytes of firstBytes(match))
            yield { from, to: calledAsShown(service, to, bytes.sni), ...bytes };
      }
    }
  }
}

/** Workloads with the labels that the match asks for, then clients made of just what it asks for. */
function* clientsFor(
  rule: Rule,
  match: RuleMatch | null,
  mesh: Mesh,
  clients: Clients,
): Generator<Viewpoint> {
  const labels: Labels = match?.sourceLabels ?? {};
  const apart = namespacesApart(mesh);
  if (clients === 'made' && apart.size === 0) {
    for (const namespace of namespacesMeant(rule, match, mesh))
      yield { kind: 'sidecar', namespace, labels, ip: undefined };
    return;
  }
  const namespaces = [...namespacesMeant(rule, match, mesh)];
  const given = new Set<string>();
  for (const namespace of namespaces) {
    if (clients === 'made' && !apart.has(namespace)) continue;
    for (const workload of mesh.workloadIndex.select(namespace, labels)) {
      const key = `${namespace} ${JSON.stringify(workload.labels)}`;
      if (given.has(key) || isGatewayWorkload(workload, mesh)) continue;
      given.add(key);
      yield { kind: 'sidecar', namespace, labels: workload.labels, ip: workload.ip };
    }
  }
  for (const namespace of namespaces)
    for (const own of labelsApart(mesh, namespace, labels))
      if (!given.has(`${namespace} ${JSON.stringify(own)}`))
        yield { kind: 'sidecar', namespace, labels: own, ip: undefined };
}

/** Just the labels; and with those of each Sidecar that is for some workloads alone, where they can stand together. */
function labelsApart(mesh: Mesh, namespace: string, labels: Labels): readonly Labels[] {
  const selectors = mesh.sidecars.flatMap((sidecar) =>
    sidecar.namespace === namespace ? (sidecar.spec.workloadSelector?.labels ?? []) : [],
  );
  const fitting = selectors.filter((selector) =>
    Object.entries(selector).every(([name, value]) => (labels[name] ?? value) === value),
  );
  return [labels, ...fitting.map((selector) => ({ ...labels, ...selector }))];
}

/** Each once, the likeliest first: most often no other has to be asked about. */
function* namespacesMeant(rule: Rule, match: RuleMatch | null, mesh: Mesh): Generator<string> {
  const { namespace, spec } = rule.virtualService;
  const asked = match?.sourceNamespace ?? '';
  if (asked !== '') {
    yield asked;
    return;
  }
  yield namespace;
  const others = [
    ...(spec.exportTo ?? []).filter((name) => !/^[.*~]$/.test(name)),
    ...workloadNamespaces(mesh),
    unnamedNamespace,
  ];
  for (const other of new Set(others)) if (other !== namespace) yield other;
}

const apartIn = new WeakMap<Mesh, ReadonlySet<string>>();

/** Where a Sidecar is for some workloads alone: one without selector is for all of its namespace, so that any client shows what it does. */
function namespacesApart(mesh: Mesh): ReadonlySet<string> {
  let apart = apartIn.get(mesh);
  if (apart === undefined) {
    const selecting = mesh.sidecars.filter(({ spec }) => spec.workloadSelector !== undefined);
    apart = new Set(selecting.map(({ namespace }) => namespace));
    apartIn.set(mesh, apart);
  }
  return apart;
}

const namespacesOf = new WeakMap<Mesh, readonly string[]>();

function workloadNamespaces(mesh: Mesh): readonly string[] {
  let names = namespacesOf.get(mesh);
  if (names === undefined) {
    names = [...new Set(mesh.workloads.map(({ namespace }) => namespace))];
    namespacesOf.set(mesh, names);
  }
  return names;
}

/** What a client dials: of a service for many names one of those that are asked about. */
function nameOf({ host }: MeshService, hosts: readonly string[]): string {
  if (!isWildcard(host)) return host;
  const exact = hosts.find((one) => !isWildcard(one) && hostCovers(host, one));
  const narrow = hosts.find((one) => isWildcard(one) && hostCovers(host, one)) ?? host;
  return exact ?? serverNameFor(narrow) ?? host;
}

/** Whose server name a client shows, that it dials. */
function calledAsShown({ host }: MeshService, to: Call['to'], sni: string | undefined): Call['to'] {
  const one = isWildcard(host) && to.host !== undefined && sni !== undefined;
  return one && hostCovers(host, sni) ? { ...to, host: sni } : to;
}

/** By name first; where the address may decide, addresses that tell the subnets of all rules apart. */
function* targetsAt(
  service: MeshService,
  host: string,
  port: number,
  match: RuleMatch | null,
  mesh: Mesh,
): Generator<Call['to']> {
  const { address } = service;
  yield { host, port };
  const subnets = (match?.destinationSubnets ?? []).filter((subnet) => !isDropped(subnet));
  const open = parseAddress(address) === null || /^(0\.0\.0\.0|::)$/.test(address);
  const within = subnets.length > 0 ? subnets : open ? [placeOf(address)] : [];
  for (const subnet of within) for (const ip of addressesWithin(mesh, subnet)) yield { ip, port };
  for (const ip of listenedAt(service, mesh)) yield { ip, port };
}

function placeOf(address: string): string {
  return parsePrefix(address) !== null && address.includes('/') ? address : '0.0.0.0/0';
}

/** A headless Service has a listener for each of its pods, or for each address that is stated for it. */
function listenedAt(service: MeshService, mesh: Mesh): readonly string[] {
  const { selector, namespace, resolution, host, resource } = service;
  if (resolution !== 'passthrough') return [];
  if (selector !== null) return mesh.workloadIndex.select(namespace, selector).map(({ ip }) => ip);
  if (resource.kind !== 'Service') return [];
  return [...new Set(endpointsOf(mesh, host, namespace).map(({ address }) => address))];
}

function firstBytes(match: RuleMatch | null): Pick<Call, 'sni' | 'protocol'>[] {
  return match === null || !('sniHosts' in match) ? [{ protocol: 'tcp' }] : tlsHellos(match);
}
