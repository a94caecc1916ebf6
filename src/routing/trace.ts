/** The steps of a verdict: the same decisions once more, told as they are taken. No rule is judged here a second time. */
import type { Call } from './call.ts';
import type { CompiledProxy } from './compile.ts';
import { type Decision, targetFor } from './decide.ts';
import { StepList } from './step-list.ts';
import { tellDestinations } from './trace-destination.ts';
import { tellGateway } from './trace-gateway.ts';
import { tellSelection } from './trace-selection.ts';
import { tellSidecar } from './trace-sidecar.ts';
import type { DestinationShare, Step } from './verdict.ts';

/** Ends with a step of stage `verdict` whose subject is the outcome. */
export function stepsOf(
  compiled: CompiledProxy,
  call: Call,
  decision: Decision,
  destinations: readonly DestinationShare[],
): readonly Step[] {
  const steps = new StepList();
  if (compiled.kind === 'sidecar') tellSidecar(steps, compiled, call, decision);
  else tellGateway(steps, compiled, call, decision);
  tellSelection(steps, compiled, call, decision);
  const target = targetFor(compiled, decision.taker);
  if (target !== null) tellDestinations(steps, compiled, target, destinations);
  tellVerdict(steps, call, decision, destinations);
  return steps.steps;
}

/** Of these the steps of destinations alone: in a large mesh all others take long. */
export function destinationStepsOf(
  compiled: CompiledProxy,
  decision: Decision,
  destinations: readonly DestinationShare[],
): readonly Step[] {
  const steps = new StepList();
  const target = targetFor(compiled, decision.taker);
  if (target !== null) tellDestinations(steps, compiled, target, destinations);
  return steps.steps;
}

function tellVerdict(
  steps: StepList,
  call: Call,
  decision: Decision,
  destinations: readonly DestinationShare[],
): void {
  const { outcome } = decision;
  steps.noted('verdict', outcome, outcome, verdictMessage(call, decision, destinations), null);
}

export function verdictMessage(
  { to }: Call,
  { outcome, listener, ip }: Pick<Decision, 'outcome' | 'listener' | 'ip'>,
  destinations: readonly DestinationShare[],
): string {
  switch (outcome) {
    case 'routed':
      return `goes to ${destinations.map(shareText).join(', ')}`;
    case 'passthrough':
      return `goes to ${ip ?? to.host ?? 'the dialled address'} as it is: nothing in the mesh takes it`;
    case 'blackhole':
      return 'is closed: outboundTrafficPolicy lets only what the mesh knows through';
    case 'no-listener':
      return `the gateway does not listen on port ${to.port}: the connection is refused`;
    case 'no-filter-chain':
      return 'is accepted and closed at once: no filter chain fits, and a gateway has no default one';
    case 'listener-rejected':
      return `Envoy refuses the listener ${listener?.bind ?? ''}:${to.port}, so none of its rules is in force`;
    case 'http':
      return 'is taken by the HTTP connection manager: tcp and tls rules do not reach it';
  }
}

function shareText({ cluster, share, problem }: DestinationShare): string {
  const percent = share === 1 ? '' : ` (${Math.round(share * 1000) / 10} %)`;
  switch (problem) {
    case null:
      return `${cluster}${percent}`;
    case 'no-such-cluster':
      return `${cluster}${percent}, which does not exist: the connection is closed`;
    case 'no-endpoints':
      return `${cluster}${percent}, which has no endpoints: the connection is closed`;
  }
}
