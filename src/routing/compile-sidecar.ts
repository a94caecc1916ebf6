/** The outbound listeners of a sidecar on one port (`core/listener.go:buildSidecarOutboundListeners`). */
import { classOf, type Labels, type Mesh } from '../mesh/index.ts';
import { type ClientFamily, firstOfBoth, wildcardFor } from './client-family.ts';
import { type ServicePortInput, tcpChains, unconditional } from './compile-sidecar-tcp.ts';
import { tlsChains } from './compile-sidecar-tls.ts';
import { effectiveSni, type FilterChain, httpAlpn, isMatchAll, type Listener } from './listener.ts';
import { type JoinResult, join, type ListenerDraft } from './listener-conflicts.ts';
import { addressKey, type Placement, placementsOn } from './placements.ts';
import { rejectionOf } from './rejection.ts';
import type { RuleObserver } from './rule-observer.ts';
import type { EgressListener, SidecarScope } from './sidecar-scope.ts';
import { VirtualServicesForHost } from './virtual-services-for-host.ts';

/** The client whose sidecar it is. */
export type Client = {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string | null;
  readonly family: ClientFamily;
};

/** Told about each service that is put on a listener, with what its rules went through. */
export type PlacementObserver = {
  readonly place: (placement: Placement, result: JoinResult | 'first') => void;
  readonly rules: (placement: Placement) => RuleObserver;
};

const indexes = new WeakMap<EgressListener, VirtualServicesForHost>();

function virtualServicesFor(egress: EgressListener, host: string) {
  let index = indexes.get(egress);
  if (index === undefined) {
    index = new VirtualServicesForHost(egress.virtualServices);
    indexes.set(egress, index);
  }
  return index.of(host);
}

/** The addresses of a port on which something is put, in their canonical form. */
export function addressesOn(
  mesh: Mesh,
  scope: SidecarScope,
  { family }: Client,
  port: number,
): Iterable<string> {
  const [only, ...more] = scope.egress.map((egress) => placementsOn(mesh, egress, family, port));
  if (only === undefined) return [];
  return more.length === 0 ? only.keys() : new Set([only, ...more].flatMap((on) => [...on.keys()]));
}

/** The one listener on an address: what other addresses of the port hold makes no difference to it. */
export function sidecarListener(
  mesh: Mesh,
  scope: SidecarScope,
  client: Client,
  port: number,
  key: string,
  observer: PlacementObserver | null = null,
): Listener | null {
  let draft: ListenerDraft | null = null;
  let egress: EgressListener | null = null;
  const going = keyOf(mesh, scope, client, port, key);
  for (const from of scope.egress)
    for (const place of placementsOn(mesh, from, client.family, port).get(going) ?? []) {
      // A headless pod has no listener for itself.
      if (place.pod !== null && place.pod === client.ip) continue;
      if (place.egress !== egress && place.egress.port === null && draft !== null)
        draft.locked = true;
      egress = place.egress;
      draft = put(draft, client, place, observer);
    }
  return draft === null ? null : finished(draft);
}

/** Under which address a listener goes: one in both families under the first, where nothing has the second for itself. */
function keyOf(
  mesh: Mesh,
  scope: SidecarScope,
  { family }: Client,
  port: number,
  key: string,
): string {
  const first = family === 'both' ? firstOf(key) : undefined;
  if (first === undefined) return key;
  const firstAt = (address: string) =>
    scope.egress
      .map((egress) => placementsOn(mesh, egress, family, port).get(address)?.[0])
      .find((place) => place !== undefined);
  return firstAt(key) === undefined && firstAt(first)?.inBoth === true ? first : key;
}

let firstByKey: ReadonlyMap<string, string> | undefined;

/** Of the second of two wildcards that a client of both families listens on. */
function firstOf(key: string): string | undefined {
  firstByKey ??= new Map([...firstOfBoth].map(([second, first]) => [addressKey(second), first]));
  return firstByKey.get(key);
}

/** draft: what is on the address so far; the answer is what is on it then. */
function put(
  draft: ListenerDraft | null,
  client: Client,
  place: Placement,
  observer: PlacementObserver | null,
): ListenerDraft {
  const { service, port, bind } = place;
  if (draft?.locked === true) {
    observer?.place(place, 'locked');
    return draft;
  }
  const chains = chainsOf(place, client, observer?.rules(place) ?? null);
  const owner = { kind: 'service', service, port } as const;
  if (draft !== null) {
    const result = join(draft, place.protocol, chains);
    if (result !== 'dropped' && result !== 'locked') draft.owners.push(owner);
    observer?.place(place, result);
    return draft;
  }
  const onlySomeBytes = classOf(place.protocol) === 'http' && bind === wildcardFor(client.family);
  observer?.place(place, 'first');
  return {
    bind,
    port,
    protocol: onlySomeBytes && place.protocol !== 'http_proxy' ? 'auto' : place.protocol,
    locked: false,
    chains: [...chains],
    matches: null,
    owners: [owner],
  };
}

/** What a service brings to its listener. Of a sniffed port HTTP has a chain of its own, beside those for everything else. */
function chainsOf(
  place: Placement,
  client: Client,
  observer: RuleObserver | null,
): readonly FilterChain[] {
  const { protocol, service, egress, port, cidrs } = place;
  const wildcardBind = place.bind === wildcardFor(client.family);
  const input: ServicePortInput = {
    service,
    virtualServices: virtualServicesFor(egress, service.host),
    cidrs,
    context: { namespace: client.namespace, labels: client.labels, port },
  };
  switch (classOf(protocol)) {
    case 'udp':
      return [];
    case 'http':
      return protocol !== 'http_proxy' && wildcardBind
        ? [sniffedHttp]
        : [{ ...unconditional, target: { kind: 'http' } }];
    case 'tls':
      return tlsChains({ ...input, wildcardBind }, observer);
    case 'tcp':
      return tcpChains(input, observer);
    case 'auto':
      return [sniffedHttp, ...tcpChains(input, observer)];
  }
}

const sniffedHttp: FilterChain = {
  ...unconditional,
  transport: 'raw_buffer',
  alpn: httpAlpn,
  target: { kind: 'http' },
};

/** A chain without any condition becomes the default one, the last of several. */
function finished(draft: ListenerDraft): Listener {
  const matchAll = draft.chains.filter(isMatchAll);
  const chains = draft.chains.filter((chain) => !isMatchAll(chain));
  return {
    bind: draft.bind,
    port: draft.port,
    chains,
    defaultChain: matchAll.at(-1) ?? 'fallthrough',
    inspectsTls: chains.some((chain) => effectiveSni(chain).length > 0),
    inspectsHttp: chains.some((chain) => chain.alpn.length > 0),
    owners: draft.owners,
    rejection: rejectionOf(chains),
  };
}
