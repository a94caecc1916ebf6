/** Tells Envoy's choice of a filter chain. */
import type { Call } from './call.ts';
import { chainName } from './chain-name.ts';
import { capturePort, type Decision } from './decide.ts';
import { effectiveSni, type FilterChain } from './listener.ts';
import { effectivePrefixes } from './prefixes.ts';
import type { Reason } from './reason.ts';
import type { SelectStep } from './select.ts';
import type { StepList } from './step-list.ts';

const reasonByStep: Readonly<Record<SelectStep, Reason>> = {
  'destination-ip': 'longest-prefix',
  sni: 'sni',
  transport: 'transport',
  alpn: 'alpn',
};

export function tellSelection(steps: StepList, call: Call, decision: Decision): void {
  const { selection, listener, taker } = decision;
  if (selection === null || listener === null) {
    if (listener === null) tellUnmatched(steps, call, taker);
    return;
  }
  for (const { step, value, left } of selection.steps) {
    const shown = step === 'destination-ip' ? (decision.ip ?? 'the address') : value;
    const message =
      left.length === 0
        ? `no filter chain is left for ${stepText(step, shown)}`
        : `${stepText(step, shown)} leaves ${left.map(chainText).join(' and ')}`;
    steps.noted('filter-chain', chainSubject(left), reasonByStep[step], message, null);
  }
  if (selection.chain !== null) {
    const last = selection.steps.at(-1);
    const reason = last === undefined ? 'only-chain' : reasonByStep[last.step];
    const message = `takes the connection: ${chainText(selection.chain)}`;
    steps.taken('filter-chain', chainName(selection.chain), reason, message, null);
  } else if (listener.defaultChain === null) {
    const message = `no filter chain fits a ${call.protocol} connection${call.sni === undefined ? '' : ` for ${call.sni}`}`;
    steps.rejected('filter-chain', 'none', 'no-filter-chain', message, null);
  } else if (listener.defaultChain === 'fallthrough') tellUnmatched(steps, call, taker);
  else {
    const only = listener.chains.length === 0;
    const message = only ? 'is the only one' : 'takes what no other chain matches';
    const reason = only ? 'only-chain' : 'default-chain';
    steps.taken('filter-chain', chainName(listener.defaultChain), reason, message, null);
  }
}

function tellUnmatched(steps: StepList, call: Call, taker: Decision['taker']): void {
  switch (taker) {
    case 'passthrough': {
      const message =
        'unmatched connections go to where they were dialled (outboundTrafficPolicy ALLOW_ANY)';
      steps.taken('filter-chain', 'PassthroughCluster', 'passthrough', message, null);
      return;
    }
    case 'blackhole': {
      const message =
        call.to.port === capturePort
          ? `port ${capturePort} is the sidecar's own: connections to it are closed, whatever the outboundTrafficPolicy`
          : 'unmatched connections are closed (outboundTrafficPolicy REGISTRY_ONLY)';
      steps.taken('filter-chain', 'BlackHoleCluster', 'blackhole', message, null);
      return;
    }
    case 'egress-proxy': {
      const message = 'unmatched connections go to the egress proxy of the Sidecar';
      steps.taken('filter-chain', 'egressProxy', 'egress-proxy', message, null);
      return;
    }
    default:
  }
}

function stepText(step: SelectStep, value: string): string {
  switch (step) {
    case 'destination-ip':
      return `destination ${value}`;
    case 'sni':
      return value === '' ? 'no server name' : `server name ${value}`;
    case 'transport':
      return `transport ${value}`;
    case 'alpn':
      return value === '' ? 'bytes that are not HTTP' : 'HTTP bytes';
  }
}

function chainSubject(chains: readonly FilterChain[]): string {
  return chains.length === 0 ? 'none' : chains.map(chainName).join(', ');
}

function chainText(chain: FilterChain): string {
  const conditions = [
    ...effectivePrefixes(chain.cidrs).map(({ text }) => text),
    ...effectiveSni(chain),
    ...(chain.alpn.length > 0 ? ['HTTP bytes'] : []),
  ];
  return `${chainName(chain)} (${conditions.length === 0 ? 'no condition' : conditions.join(', ')})`;
}
