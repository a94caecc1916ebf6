/** Tells what a sidecar does with a call up to its listener: scope, name, who is on the address, and every VirtualService. */

import {
  classOf,
  hostCovers,
  hostsOverlap,
  isVisible,
  isWildcard,
  type MeshService,
  type MeshVirtualService,
} from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import { listed, type Span } from '../text/index.ts';
import type { Call } from './call.ts';
import { chainName } from './chain-name.ts';
import type { CompiledAmbient, CompiledSidecar } from './compile.ts';
import { sidecarListener } from './compile-sidecar.ts';
import { capturePort, chosenRule, type Decision } from './decide.ts';
import type { JoinResult } from './listener-conflicts.ts';
import { labelsText } from './match-conditions.ts';
import { resolveName } from './name-resolution.ts';
import { addressKey, type Placement, placementsOn } from './placements.ts';
import type { Reason } from './reason.ts';
import { RuleLog } from './rule-log.ts';
import type { StepList } from './step-list.ts';
import { nameOf, tellVirtualService } from './trace-rules.ts';
import { type WhyLeftOut, whyNotForService } from './why-left-out.ts';

export function tellSidecar(
  steps: StepList,
  compiled: CompiledSidecar,
  call: Call,
  decision: Decision,
): void {
  tellClient(steps, compiled);
  tellName(steps, compiled, call, decision.ip);
  const placed = placementsAt(compiled, call, decision);
  if (decision.listener === null) tellNoListener(steps, compiled, call, decision.ip);
  else tellListener(steps, call, decision, placed);
  const told = new Set<MeshVirtualService>();
  const sharing = placed.filter(({ result }) => result !== 'locked');
  for (const entry of sharing) tellVirtualServices(steps, call, decision, entry, told);
  for (const { placement } of sharing.slice(0, 1)) tellLeftOut(steps, compiled, placement, told);
}

function tellClient(steps: StepList, { client, scope }: CompiledSidecar): void {
  const labels = labelsText(client.labels);
  const who = `a client in ${client.namespace}${labels === '' ? '' : ` with ${labels}`}`;
  const { sidecar } = scope;
  if (sidecar === null)
    steps.noted('client', client.namespace, 'default-scope', `${who}: no Sidecar resource`, null);
  else
    steps.noted(
      'client',
      client.namespace,
      'sidecar-resource',
      `${who}: Sidecar ${sidecar.namespace}/${sidecar.name} says what it sees`,
      spanAt(sidecar.spec),
    );
}

export function tellName(
  steps: StepList,
  compiled: CompiledSidecar | CompiledAmbient,
  { to }: Call,
  ip: string | null,
): void {
  if (to.host === undefined || to.host === '') return;
  if (to.ip !== undefined && to.ip !== '') {
    steps.noted('name', to.host, 'resolved', `${to.host} was dialled as ${to.ip}`, null);
    return;
  }
  const found = resolveName(compiled, to.host);
  if (found === null) {
    const message = `nothing in the mesh is called ${to.host}`;
    steps.rejected('name', to.host, 'unknown-name', message, null);
    return;
  }
  const span = found.service === null ? null : spanOf(found.service);
  const reason = found.supposed ? 'stand-in-address' : 'resolved';
  const written = found.service?.address ?? '';
  const note = !found.supposed
    ? ''
    : written.includes('/')
      ? `, one of ${written}`
      : written === ip && found.service?.host !== found.host
        ? `, the address of ${found.service?.host}`
        : ', an address of tcpmesh: the files give none';
  steps.taken('name', to.host, reason, `${found.host} is ${ip ?? 'nowhere'}${note}`, span);
}

function spanOf({ resource }: MeshService): Span {
  return spanAt(resource.spec);
}

type Placed = {
  readonly placement: Placement;
  readonly result: JoinResult | 'first';
  readonly log: RuleLog;
};

/** Who was put on the listener that the call reaches, with how their rules were gone through. */
function placementsAt(compiled: CompiledSidecar, call: Call, decision: Decision): Placed[] {
  const { listener } = decision;
  if (listener === null) return [];
  const key = addressKey(listener.bind);
  const logs = new Map<Placement, RuleLog>();
  const placed: Placed[] = [];
  sidecarListener(compiled.mesh, compiled.scope, compiled.client, call.to.port, key, {
    rules: (placement) => {
      const log = new RuleLog();
      logs.set(placement, log);
      return log;
    },
    place: (placement, result) => {
      placed.push({ placement, result, log: logs.get(placement) ?? new RuleLog() });
    },
  });
  return placed;
}

function tellListener(
  steps: StepList,
  call: Call,
  { listener, ip }: Decision,
  placed: readonly Placed[],
): void {
  if (listener === null) return;
  const subject = `${listener.bind}:${listener.port}`;
  const exact = ip !== null && addressKey(ip) === addressKey(listener.bind);
  steps.taken(
    'listener',
    subject,
    exact ? 'exact-address' : 'wildcard-address',
    exact
      ? `listens on the dialled address`
      : `${ip === null ? '' : `no listener on ${ip}:${call.to.port}; `}this one takes every ${ip === null ? 'address on the port that has none of its own' : 'other address on the port'}`,
    null,
  );
  for (const { placement, result } of placed) {
    const { service, protocol } = placement;
    const { reason, message } = placing[result];
    const kind = classOf(protocol) === 'auto' ? 'a port whose protocol is detected' : protocol;
    const told = `${service.host} port ${placement.port} (${kind}) ${message}`;
    const ok = result === 'first' || result === 'merged' || result === 'covered';
    steps.add(ok ? 'noted' : 'rejected', 'service', service.host, reason, told, spanOf(service));
  }
  const { rejection } = listener;
  if (rejection === null) return;
  const same = rejection.kind === 'same-match';
  steps.rejected(
    'listener',
    subject,
    rejection.kind,
    same
      ? `Envoy refuses it: the filter chains of ${chainName(rejection.first)} and ${chainName(rejection.second)} have the same match (${rejection.value})`
      : `Envoy refuses it: ${rejection.value} has its * in a place where Envoy knows none`,
    null,
  );
}

const placing: Readonly<
  Record<JoinResult | 'first', { readonly reason: Reason; readonly message: string }>
> = {
  first: { reason: 'first-on-address', message: 'made the listener' },
  merged: { reason: 'merged', message: 'shares it; where two chains are alike the older counts' },
  covered: { reason: 'covered', message: 'is served by its HTTP chain' },
  replaced: { reason: 'replaced', message: 'took the listener over' },
  locked: { reason: 'locked', message: 'stays out: the port belongs to a Sidecar egress listener' },
  dropped: { reason: 'dropped', message: 'stays out: it cannot share the address' },
};

function tellNoListener(
  steps: StepList,
  compiled: CompiledSidecar,
  call: Call,
  ip: string | null,
): void {
  const { port } = call.to;
  const subject = `${ip ?? call.to.host ?? ''}:${port}`;
  steps.rejected(
    'listener',
    subject,
    'no-listener',
    'nothing listens on this address and port',
    null,
  );
  if (ip === null) {
    tellNamed(steps, compiled, call);
    return;
  }
  if (port === capturePort) {
    const message = `port ${capturePort} is where the sidecar itself captures connections`;
    steps.noted('service', subject, 'capture-port', message, null);
    return;
  }
  const owners = compiled.mesh.services.filter(
    ({ address, extraAddresses }) => address === ip || extraAddresses.includes(ip),
  );
  for (const service of owners) {
    const { reason, message } = whyNoListener(compiled, service, port);
    steps.rejected('service', service.host, reason, message, spanOf(service));
  }
  if (owners.length > 0) return;
  const pod = compiled.mesh.workloads.find(({ ips }) => ips.includes(ip));
  if (pod === undefined) {
    if (tellNamed(steps, compiled, call)) return;
    const message = `${ip} is the address of no service`;
    steps.noted('service', ip, 'unknown-address', message, null);
  } else if (compiled.client.ip === ip)
    steps.noted('service', ip, 'own-address', 'a pod has no listener for itself', null);
  else {
    const message = `${ip} is pod ${pod.namespace}/${pod.name}: dialling a pod goes past every rule`;
    steps.noted('service', ip, 'pod-address', message, spanAt(pod.resource.spec));
  }
}

/** Services of the name that was dialled, whatever their address; false where there is none. */
function tellNamed(steps: StepList, compiled: CompiledSidecar, { to }: Call): boolean {
  const { host = '', ip, port } = to;
  if (ip !== undefined || host === '') return false;
  const { services, servicesByHost } = compiled.mesh;
  const named =
    servicesByHost.get(host) ??
    services.filter((service) => isWildcard(service.host) && hostCovers(service.host, host));
  for (const service of named) {
    const { reason, message } =
      service.resolution === 'alias' ? alias(service) : whyNoListener(compiled, service, port);
    steps.rejected('service', service.host, reason, message, spanOf(service));
  }
  return named.length > 0;
}

function alias({ host, externalName }: MeshService): { reason: Reason; message: string } {
  const message = `${host} is only another name for ${externalName}: Istio makes no listener for it`;
  return { reason: 'no-listener', message };
}

function whyNoListener(
  { mesh, scope, client }: CompiledSidecar,
  service: MeshService,
  port: number,
): { readonly reason: Reason; readonly message: string } {
  const { host } = service;
  if (service.visibility.kind === 'unread') {
    const passed = `Istio passes over namespace ${service.namespace}: no discoverySelectors of the mesh name it`;
    return { reason: 'not-exported', message: `${host} is not in the mesh: ${passed}` };
  }
  if (!isVisible(service.visibility, service.namespace, client.namespace))
    return { reason: 'not-exported', message: `${host} is not exported to ${client.namespace}` };
  const numbers = service.ports.map(({ number }) => number);
  const found = service.ports.find(({ number }) => number === port);
  if (found === undefined)
    return {
      reason: 'no-such-port',
      message: `${host} has no port ${port}, only ${listed(numbers.map(String), 10)}`,
    };
  if (found.protocol === 'udp')
    return { reason: 'udp-port', message: `port ${port} of ${host} counts as UDP: no listener` };
  const name =
    scope.sidecar === null
      ? 'another record of the name'
      : `Sidecar ${scope.sidecar.namespace}/${scope.sidecar.name}`;
  const binds = scope.egress.flatMap((egress) =>
    [...placementsOn(mesh, egress, client.family, port).values()].flatMap((placed) =>
      placed.flatMap((one) => (one.service.host === host ? one.bind : [])),
    ),
  );
  if (binds.length > 0)
    return {
      reason: 'no-listener',
      message: `${name} has ${host} listen at ${listed([...new Set(binds)])} alone`,
    };
  return { reason: 'not-imported', message: `${name} leaves ${host} out` };
}

/** How many VirtualServices for other hosts are named one by one. */
const namedOthers = 20;

/** told: by an earlier service on the same listener; grows. */
function tellVirtualServices(
  steps: StepList,
  call: Call,
  decision: Decision,
  { placement, log }: Placed,
  told: Set<MeshVirtualService>,
): void {
  const { service, egress, protocol } = placement;
  const portClass = classOf(protocol);
  const list = portClass === 'tls' ? 'tls' : 'tcp';
  const telling = {
    steps,
    proxy: 'sidecar',
    list,
    rules: log.rules,
    chosen: chosenRule(decision.taker),
    refused: decision.outcome === 'listener-rejected',
    shown: { ip: decision.ip, sni: call.sni ?? null },
    serverNames: [],
  } as const;
  const terminal = log.rules.find(({ result }) => result === 'terminal') ?? null;
  for (const virtualService of egress.virtualServices) {
    if (!virtualService.hosts.some((host) => hostsOverlap(host, service.host))) continue;
    if (told.has(virtualService)) continue;
    told.add(virtualService);
    if (portClass === 'http') {
      const message = `tcp and tls rules do not apply: port ${placement.port} of ${service.host} speaks ${protocol}`;
      const span = spanAt(virtualService.resource.spec);
      steps.rejected('virtual-service', nameOf(virtualService), 'protocol', message, span);
    } else tellVirtualService(telling, virtualService, terminal);
  }
}

function tellLeftOut(
  steps: StepList,
  compiled: CompiledSidecar,
  placement: Placement,
  told: ReadonlySet<MeshVirtualService>,
): void {
  let others = 0;
  for (const virtualService of compiled.mesh.virtualServices.all) {
    if (told.has(virtualService)) continue;
    const { reason, message } = whyLeftOut(compiled, placement, virtualService);
    if (reason === 'host' && ++others > namedOthers) continue;
    const span = spanAt(virtualService.resource.spec);
    steps.rejected('virtual-service', nameOf(virtualService), reason, message, span);
  }
  if (others > namedOthers)
    steps.noted(
      'virtual-service',
      '*',
      'host',
      `and ${others - namedOthers} more VirtualServices for other hosts`,
      null,
    );
}

function whyLeftOut(
  { client, scope }: CompiledSidecar,
  { service }: Placement,
  virtualService: MeshVirtualService,
): WhyLeftOut {
  const why = whyNotForService(virtualService, service, 'sidecars (mesh)');
  if (why !== null) return why;
  const { visibility, namespace } = virtualService;
  if (!isVisible(visibility, namespace, client.namespace))
    return { reason: 'exportTo', message: `is not exported to ${client.namespace}` };
  const sidecar = scope.sidecar;
  const by = sidecar === null ? 'the scope' : `Sidecar ${sidecar.namespace}/${sidecar.name}`;
  return { reason: 'sidecar-egress', message: `${by} does not import it` };
}
