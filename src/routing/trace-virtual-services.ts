/** Tells which VirtualServices have rules for what a client dialled, and why each other has none there. */

import { classOf, hostsOverlap, isVisible, type MeshVirtualService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import type { Call } from './call.ts';
import type { CompiledSidecar } from './compile.ts';
import { chosenRule, type Decision } from './decide.ts';
import type { JoinResult } from './listener-conflicts.ts';
import type { Placement } from './placements.ts';
import type { RuleLog } from './rule-log.ts';
import type { StepList } from './step-list.ts';
import { nameOf, tellVirtualService } from './trace-rules.ts';
import { type WhyLeftOut, whyNotForService } from './why-left-out.ts';

export type Placed = {
  readonly placement: Placement;
  readonly result: JoinResult | 'first';
  readonly log: RuleLog;
};

/** How many VirtualServices for other hosts are named one by one. */
const namedOthers = 20;

/** told: by an earlier service on the same listener; grows. */
export function tellVirtualServices(
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

export function tellLeftOut(
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
