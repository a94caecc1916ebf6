/** Tells what a sidecar does with a call up to its listener: scope, name, who is on the address, and every VirtualService. */
import { classOf, type MeshVirtualService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import type { Call } from './call.ts';
import { chainName } from './chain-name.ts';
import type { CompiledSidecar } from './compile.ts';
import { sidecarListener } from './compile-sidecar.ts';
import type { Decision } from './decide.ts';
import type { JoinResult } from './listener-conflicts.ts';
import { labelsText } from './match-conditions.ts';
import { addressKey, type Placement } from './placements.ts';
import type { Reason } from './reason.ts';
import { RuleLog } from './rule-log.ts';
import type { StepList } from './step-list.ts';
import { spanOf, tellName } from './trace-name.ts';
import { tellNoListener } from './trace-no-listener.ts';
import { type Placed, tellLeftOut, tellVirtualServices } from './trace-virtual-services.ts';

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
