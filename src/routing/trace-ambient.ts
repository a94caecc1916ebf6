/** Tells what becomes of a connection in ambient mode: the ztunnel, the service behind the address, the waypoint and its choice. */

import { classOf, type MeshService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import { listed, type Span } from '../text/index.ts';
import type { Call } from './call.ts';
import type { CompiledAmbient } from './compile.ts';
import type { AmbientDecision } from './decide-ambient.ts';
import { labelsText } from './match-conditions.ts';
import type { Reason } from './reason.ts';
import { StepList } from './step-list.ts';
import { verdictMessage } from './trace.ts';
import { tellWithoutWeight } from './trace-destination.ts';
import { tellRules } from './trace-destination-rules.ts';
import { tellEndpoints } from './trace-endpoints.ts';
import { tellName } from './trace-name.ts';
import { tellChoice } from './trace-waypoint.ts';
import type { Step } from './verdict.ts';
import type { WaypointShare } from './waypoint-destination.ts';

/** Ends with a step of stage `verdict` whose subject is the outcome, as every trace does. */
export function ambientSteps(
  compiled: CompiledAmbient,
  call: Call,
  decision: AmbientDecision,
  shares: readonly WaypointShare[],
): readonly Step[] {
  const steps = new StepList();
  const { namespace, labels } = compiled.view;
  const text = labelsText(labels);
  const who = `a client in ${namespace}${text === '' ? '' : ` with ${text}`}`;
  const message = `${who}: in ambient mode the ztunnel of its node takes the connection, and knows services but no rules`;
  steps.noted('client', namespace, 'ambient', message, null);
  tellName(steps, compiled, call, decision.ip);
  tellService(steps, compiled, call, decision);
  tellWaypoint(steps, decision);
  tellAtWaypoint(steps, compiled, call, decision);
  tellShares(steps, decision, shares);
  const { outcome } = decision;
  const destinations = shares.map(({ share }) => share);
  const last =
    outcome === 'no-filter-chain'
      ? `is accepted and closed at once: ${decision.port === null ? 'the service has no such port' : 'the waypoint has no filter chain for it'}`
      : verdictMessage(call, { outcome, listener: null, ip: decision.ip }, destinations);
  steps.noted('verdict', outcome, outcome, last, null);
  return steps.steps;
}

function tellService(
  steps: StepList,
  { mesh }: CompiledAmbient,
  { to }: Call,
  { ip, service, port, binding }: AmbientDecision,
): void {
  if (service === null) {
    const subject = ip ?? to.host ?? '';
    const pod = ip === null ? undefined : mesh.workloads.find(({ ips }) => ips.includes(ip));
    if (pod === undefined) {
      const message = `${ip ?? 'an address outside the mesh'} is the address of no service: the ztunnel lets the connection through as it is`;
      steps.noted('service', subject, 'unknown-address', message, null);
      return;
    }
    const message = `${ip} is pod ${pod.namespace}/${pod.name}: what is not dialled by the address of a service goes past its rules`;
    steps.noted('service', subject, 'pod-address', message, spanAt(pod.resource.spec));
    return;
  }
  const { host, resource, ports } = service;
  const span = spanAt(resource.spec);
  if (port === null && !(binding?.waypoint === null && service.resolution === 'passthrough')) {
    const message = whyNoPort(
      service,
      to.port,
      ports.map(({ number }) => String(number)),
    );
    steps.rejected('service', host, message.reason, message.message, span);
    return;
  }
  const kind =
    port === null || classOf(port.protocol) !== 'auto'
      ? port?.protocol
      : 'whose protocol is detected';
  const message = `${ip ?? 'the address'} is the address of ${host}${port === null ? '' : `, port ${port.number} (${kind})`}`;
  steps.taken('service', host, 'service-address', message, span);
}

function whyNoPort(
  { host, ports }: MeshService,
  port: number,
  numbers: readonly string[],
): { readonly reason: Reason; readonly message: string } {
  return ports.some(({ number }) => number === port)
    ? { reason: 'udp-port', message: `port ${port} of ${host} counts as UDP` }
    : {
        reason: 'no-such-port',
        message: `${host} has no port ${port}, only ${listed([...numbers], 10)}`,
      };
}

function tellWaypoint(steps: StepList, { service, binding }: AmbientDecision): void {
  if (service === null || binding === null) return;
  const { waypoint, said, refusal } = binding;
  const span: Span | null = said?.span ?? null;
  if (waypoint !== null) {
    const { namespace, name } = waypoint;
    const by = said === null ? '' : ` (istio.io/use-waypoint of ${said.by.kind} ${said.by.name})`;
    const message = `waypoint ${namespace}/${name} stands before ${service.host}${by}: its rules decide, the same for every client`;
    steps.taken('gateway', `${namespace}/${name}`, 'waypoint', message, span);
    return;
  }
  const why =
    refusal ??
    (said === null
      ? `neither ${service.resource.kind} ${service.resource.name} nor namespace ${service.namespace} has the label istio.io/use-waypoint`
      : `istio.io/use-waypoint of ${said.by.kind} ${said.by.name} wants none`);
  const message = `${service.host} has no waypoint, so that no VirtualService and no DestinationRule counts: ${why}`;
  steps.rejected('gateway', service.host, 'no-waypoint', message, span);
}

function tellAtWaypoint(
  steps: StepList,
  { mesh }: CompiledAmbient,
  call: Call,
  { service, port, binding, choice, outcome }: AmbientDecision,
): void {
  const waypoint = binding?.waypoint ?? null;
  if (service === null || port === null || waypoint === null) return;
  if (outcome === 'no-filter-chain') {
    const message = `for TLS to names that are resolved on request (DYNAMIC_DNS) a waypoint has no filter chain, unless istiod runs with ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS`;
    steps.rejected('filter-chain', service.host, 'no-filter-chain', message, null);
    return;
  }
  const sniffed = classOf(port.protocol) === 'auto';
  const chain = `inbound-vip|${port.number}|${outcome === 'http' ? 'http' : 'tcp'}|${service.host}`;
  if (choice !== null) {
    const { namespace } = waypoint;
    const all = mesh.virtualServices.all;
    tellChoice(steps, { service, port: port.number, namespace, choice, all });
  }
  const bytes =
    call.protocol === 'http' && call.sni === undefined ? 'HTTP bytes' : 'bytes that are not HTTP';
  const message = sniffed ? `${bytes} lead to ${chain}` : `${chain} is the only one for the port`;
  steps.taken('filter-chain', chain, sniffed ? 'alpn' : 'only-chain', message, null);
}

function tellShares(
  steps: StepList,
  { target, binding }: AmbientDecision,
  shares: readonly WaypointShare[],
): void {
  if (target === null) return;
  tellWithoutWeight(steps, target);
  const told = new Set<string>();
  for (const { share, cluster, view } of shares) {
    const percent = share.share === 1 ? 'all of it' : `${Math.round(share.share * 1000) / 10} %`;
    if (target.kind === 'rule')
      steps.taken(
        'destination',
        share.cluster,
        'rule',
        percent,
        spanAt(target.source.rule, 'route'),
      );
    else {
      const own =
        binding?.waypoint === null ? "the service's own endpoints" : "the service's own cluster";
      steps.taken('destination', share.cluster, 'own-cluster', own, null);
    }
    if (told.has(share.cluster)) continue;
    told.add(share.cluster);
    if (cluster.service !== null && view.kind === 'waypoint')
      tellRules(steps, view, cluster.service);
    tellEndpoints(steps, view, cluster, share);
  }
}
