/** Tells what a gateway does with a call up to its listener: which Gateways select it, which servers open the port, every VirtualService. */

import { hostsOverlap, isVisible, type MeshVirtualService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import { listed } from '../text/index.ts';
import type { Call } from './call.ts';
import { chainName } from './chain-name.ts';
import type { CompiledGateway } from './compile.ts';
import { gatewayListeners } from './compile-gateway.ts';
import { chosenRule, type Decision } from './decide.ts';
import { serverNames, sharesHost } from './gateway-rules.ts';
import {
  type GatewayServer,
  gatewaysFor,
  passesTls,
  type SkippedServer,
  serverHosts,
  servesHttp,
} from './gateway-servers.ts';
import { labelsText } from './match-conditions.ts';
import type { Reason } from './reason.ts';
import { RuleLog } from './rule-log.ts';
import type { StepList } from './step-list.ts';
import { nameOf, tellVirtualService } from './trace-rules.ts';

export function tellGateway(
  steps: StepList,
  compiled: CompiledGateway,
  call: Call,
  decision: Decision,
): void {
  const told = listen(compiled);
  tellGateways(steps, compiled);
  const { taken, skipped } = told.servers;
  const here = taken.filter(({ port }) => port === call.to.port);
  for (const entry of here) tellServer(steps, entry, decision);
  for (const entry of skipped) if (entry.port === call.to.port) tellSkipped(steps, entry);
  for (const entry of taken)
    if (entry.port !== call.to.port && entry.server.port?.number === call.to.port)
      tellElsewhere(steps, entry);
  const bound = [...compiled.listenersOn(call.to.port).keys()];
  tellListener(steps, call, decision, {
    hasServers: here.length > 0,
    bound,
    ports: portsOf(taken),
  });
  const bind = decision.listener?.bind;
  for (const entry of here)
    if (bind === undefined || entry.bind === bind)
      tellVirtualServices(steps, compiled, call, decision, entry, told);
}

function portsOf(servers: readonly GatewayServer[]): string {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  return listed(ports.map(String), 10);
}

type Heard = {
  readonly servers: ReturnType<typeof gatewayListeners>['servers'];
  readonly logs: ReadonlyMap<GatewayServer, RuleLog>;
};

function listen(compiled: CompiledGateway): Heard {
  const logs = new Map<GatewayServer, RuleLog>();
  const { servers } = gatewayListeners(compiled.view, {
    rules: (entry) => {
      const log = new RuleLog();
      logs.set(entry, log);
      return log;
    },
  });
  return { servers, logs };
}

function gatewayName({ gateway }: GatewayServer): string {
  return `${gateway.namespace}/${gateway.name}`;
}

function serverText({ server }: GatewayServer): string {
  const { number, protocol } = server.port ?? {};
  const tls = server.tls === undefined ? '' : ` ${server.tls.mode ?? 'PASSTHROUGH'}`;
  return `server ${number ?? '?'} ${protocol ?? ''}${tls} for ${(server.hosts ?? []).join(', ')}`;
}

function tellGateways(steps: StepList, { mesh, view }: CompiledGateway): void {
  const labels = labelsText(view.labels) || 'no labels';
  const selected = new Set(gatewaysFor(mesh, view));
  for (const gateway of mesh.gateways) {
    const name = `${gateway.namespace}/${gateway.name}`;
    const selector = labelsText(gateway.spec.selector ?? {});
    const span = spanAt(gateway.spec, 'selector');
    if (selected.has(gateway)) {
      const why =
        selector === '' ? 'has no selector: every gateway workload' : `selects ${selector}`;
      steps.noted('gateway', name, 'selected', `Gateway ${name} ${why}`, span);
    } else {
      const message = `Gateway ${name} selects ${selector}, the workload has ${labels}`;
      steps.rejected('gateway', name, 'not-selected', message, span);
    }
  }
}

function tellServer(steps: StepList, entry: GatewayServer, { listener }: Decision): void {
  const text = `${gatewayName(entry)}: ${serverText(entry)}`;
  const span = spanAt(entry.server);
  if (listener?.bind === entry.bind)
    steps.taken('gateway', gatewayName(entry), 'selected', `${text} listens here`, span);
  else steps.noted('gateway', gatewayName(entry), 'selected', `${text} is on ${entry.bind}`, span);
}

function tellSkipped(steps: StepList, entry: SkippedServer): void {
  const by =
    entry.by === null ? 'an earlier server' : `${gatewayName(entry.by)} (${serverText(entry.by)})`;
  const message = `${gatewayName(entry)}: ${serverText(entry)} opens nothing: ${skippedText(entry.reason)} ${by}`;
  steps.rejected('gateway', gatewayName(entry), entry.reason, message, spanAt(entry.server));
}

function skippedText(reason: SkippedServer['reason']): string {
  switch (reason) {
    case 'host-taken':
      return 'one of its hosts is taken on the port by';
    case 'port-taken':
      return 'the port is taken by';
    case 'port-name-taken':
      return 'its port name is taken by';
  }
}

/** Clients of the Service dial the server's number; the workload listens on another port. */
function tellElsewhere(steps: StepList, entry: GatewayServer): void {
  const message = `${gatewayName(entry)}: ${serverText(entry)} listens on ${entry.port}, the target port of the gateway's Service`;
  steps.noted('gateway', gatewayName(entry), 'other-port', message, spanAt(entry.server));
}

/** bound: the addresses that have a listener on the port; ports: those that servers are on. */
type Surroundings = {
  readonly hasServers: boolean;
  readonly bound: readonly string[];
  readonly ports: string;
};

function whyNoListener({ hasServers, bound, ports }: Surroundings): {
  readonly reason: Reason;
  readonly message: string;
} {
  if (bound.length > 0)
    return {
      reason: 'no-listener',
      message: `on this port the gateway listens at ${bound.join(', ')} alone`,
    };
  if (hasServers)
    return {
      reason: 'no-rule-for-server',
      message: 'no rule of any VirtualService is for this server, so there is no listener',
    };
  const message = `no server is on this port${ports === '' ? '' : `, only on ${ports}`}`;
  return { reason: 'no-listener', message };
}

function tellListener(
  steps: StepList,
  { to }: Call,
  { listener, ip }: Decision,
  around: Surroundings,
): void {
  if (listener === null) {
    const { reason, message } = whyNoListener(around);
    steps.rejected('listener', `${ip ?? '0.0.0.0'}:${to.port}`, reason, message, null);
    return;
  }
  const subject = `${listener.bind}:${listener.port}`;
  const { rejection } = listener;
  if (rejection === null) {
    const reason = listener.bind === ip ? 'exact-address' : 'wildcard-address';
    steps.taken('listener', subject, reason, 'listens', null);
    return;
  }
  const message =
    rejection.kind === 'same-match'
      ? `Envoy refuses it: the filter chains of ${chainName(rejection.first)} and ${chainName(rejection.second)} have the same match (${rejection.value})`
      : `Envoy refuses it: ${rejection.value} has its * in a place where Envoy knows none`;
  steps.rejected('listener', subject, rejection.kind, message, null);
}

function tellVirtualServices(
  steps: StepList,
  compiled: CompiledGateway,
  call: Call,
  decision: Decision,
  entry: GatewayServer,
  heard: Heard,
): void {
  if (servesHttp(entry.server)) return;
  const list = passesTls(entry.server) ? 'tls' : 'tcp';
  const rules = heard.logs.get(entry)?.rules ?? [];
  const telling = {
    steps,
    proxy: 'gateway',
    list,
    rules,
    chosen: chosenRule(decision.taker),
    refused: decision.outcome === 'listener-rejected',
    shown: { ip: decision.ip, sni: call.sni ?? null },
    serverNames: entry.server.tls === undefined || list === 'tls' ? [] : serverNames(entry),
  } as const;
  const terminal = rules.find(({ result }) => result === 'terminal') ?? null;
  const hosts = serverHosts(entry.gateway, entry.server);
  const name = gatewayName(entry);
  const visible = new Set(compiled.mesh.virtualServices.visibleTo(compiled.view.namespace, name));
  for (const virtualService of visible) {
    if (!sharesHost(virtualService, hosts)) tellHost(steps, entry, virtualService);
    else tellVirtualService(telling, virtualService, terminal);
  }
  for (const virtualService of compiled.mesh.virtualServices.all) {
    if (visible.has(virtualService)) continue;
    const { reason, message } = whyLeftOut(compiled, name, virtualService);
    const span = spanAt(virtualService.resource.spec);
    steps.rejected('virtual-service', nameOf(virtualService), reason, message, span);
  }
}

function tellHost(steps: StepList, entry: GatewayServer, virtualService: MeshVirtualService): void {
  const hosts = serverHosts(entry.gateway, entry.server);
  const own = virtualService.hosts;
  const elsewhere = hosts.filter((host) =>
    own.some((name) => host.includes('/') && hostsOverlap(host.split('/')[1] ?? '', name)),
  );
  const message =
    elsewhere.length > 0
      ? `is in namespace ${virtualService.namespace}, and the server takes ${listed(elsewhere)} alone`
      : `${own.length === 1 ? `its host ${own[0]} is` : `its hosts ${listed(own)} are`} not among those of the server (${listed(hosts, 5)})`;
  const span = spanAt(virtualService.resource.spec, 'hosts');
  steps.rejected('virtual-service', nameOf(virtualService), 'host', message, span);
}

function whyLeftOut(
  { view }: CompiledGateway,
  gateway: string,
  { hosts, gateways, visibility, namespace }: MeshVirtualService,
): { readonly reason: Reason; readonly message: string } {
  if (hosts.length === 0)
    return { reason: 'delegate', message: 'has no hosts: a delegate applies nowhere by itself' };
  if (!gateways.includes(gateway))
    return { reason: 'gateways', message: `is for ${gateways.join(', ')}, not ${gateway}` };
  return isVisible(visibility, namespace, view.namespace)
    ? { reason: 'host', message: 'has no host of the server' }
    : { reason: 'exportTo', message: `is not exported to ${view.namespace}` };
}
