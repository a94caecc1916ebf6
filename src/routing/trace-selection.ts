/** Tells Envoy's choice of a filter chain. */
import { spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import type { Call } from './call.ts';
import { chainName } from './chain-name.ts';
import type { CompiledProxy } from './compile.ts';
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

export function tellSelection(
  steps: StepList,
  compiled: CompiledProxy,
  call: Call,
  decision: Decision,
): void {
  const { selection, listener, taker } = decision;
  if (selection === null || listener === null) {
    if (listener === null) tellUnmatched(steps, compiled, call, taker);
    return;
  }
  for (const { step, value, left } of selection.steps) {
    const shown = step === 'destination-ip' ? (decision.ip ?? 'the address') : value;
    const what = stepText(step, shown);
    const message =
      left.length === 0 ? noneLeft(what) : `${what} leaves ${left.map(chainText).join(' and ')}`;
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
  } else if (listener.defaultChain === 'fallthrough') tellUnmatched(steps, compiled, call, taker);
  else {
    const only = listener.chains.length === 0;
    const message = only ? 'is the only one' : 'takes what no other chain matches';
    const reason = only ? 'only-chain' : 'default-chain';
    steps.taken('filter-chain', chainName(listener.defaultChain), reason, message, null);
  }
}

function tellUnmatched(
  steps: StepList,
  compiled: CompiledProxy,
  call: Call,
  taker: Decision['taker'],
): void {
  const { from, span } = policyOrigin(compiled);
  switch (taker) {
    case 'passthrough': {
      const message = `unmatched connections go to where they were dialled (outboundTrafficPolicy ALLOW_ANY${from})`;
      steps.taken('filter-chain', 'PassthroughCluster', 'passthrough', message, span);
      return;
    }
    case 'blackhole': {
      const own = call.to.port === capturePort;
      const message = own
        ? `port ${capturePort} is the sidecar's own: connections to it are closed, whatever the outboundTrafficPolicy`
        : `unmatched connections are closed (outboundTrafficPolicy REGISTRY_ONLY${from})`;
      steps.taken('filter-chain', 'BlackHoleCluster', 'blackhole', message, own ? null : span);
      return;
    }
    case 'dynamic-dns': {
      const message = `unmatched HTTP goes to the host that it names (outboundTrafficPolicy ALLOW_ANY_DYNAMIC_DNS${from})`;
      steps.taken('filter-chain', 'AllowAnyDynamicDNSCluster', 'alpn', message, span);
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

/** Who says what becomes of unmatched connections; nobody, where it is Istio's default. */
function policyOrigin(compiled: CompiledProxy): {
  readonly from: string;
  readonly span: Span | null;
} {
  if (compiled.kind === 'gateway') return { from: '', span: null };
  const { sidecar } = compiled.scope;
  if (sidecar?.spec.outboundTrafficPolicy !== undefined)
    return {
      from: ` of Sidecar ${sidecar.namespace}/${sidecar.name}`,
      span: spanAt(sidecar.spec, 'outboundTrafficPolicy'),
    };
  const { source, setsOutboundPolicy } = compiled.mesh.config;
  if (source === null || !setsOutboundPolicy) return { from: '', span: null };
  return { from: ` of ${source.name}`, span: source.span };
}

const withoutName = 'no server name';

function noneLeft(what: string): string {
  return `no filter chain is left ${what === withoutName ? 'without a server name' : `for ${what}`}`;
}

function stepText(step: SelectStep, value: string): string {
  switch (step) {
    case 'destination-ip':
      return `destination ${value}`;
    case 'sni':
      return value === '' ? withoutName : `server name ${value}`;
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
