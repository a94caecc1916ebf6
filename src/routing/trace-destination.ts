/** Tells where the chosen chain sends: destinations, which DestinationRule counts for each and which do not, endpoints. */
import { pathAt, spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import { findCluster } from './cluster.ts';
import type { CompiledProxy, CompiledSidecar } from './compile.ts';
import type { ChainTarget } from './listener.ts';
import type { Reason } from './reason.ts';
import type { StepList } from './step-list.ts';
import { tellRules } from './trace-destination-rules.ts';
import { tellEndpoints } from './trace-endpoints.ts';
import type { DestinationShare } from './verdict.ts';

export function tellDestinations(
  steps: StepList,
  compiled: CompiledProxy,
  target: ChainTarget,
  destinations: readonly DestinationShare[],
): void {
  const { view } = compiled;
  tellWithoutWeight(steps, target);
  const told = new Set<string>();
  for (const destination of destinations) {
    const { cluster, host, port, subset, share } = destination;
    const percent = share === 1 ? 'all of it' : `${Math.round(share * 1000) / 10} %`;
    const { reason, message, span } = whoNames(compiled, target, percent);
    steps.taken('destination', cluster, reason, message, span);
    if (told.has(cluster)) continue;
    told.add(cluster);
    const found = findCluster(view, host, port, subset);
    if (found.service !== null) tellRules(steps, view, found.service);
    tellEndpoints(steps, view, found, destination);
  }
}

/** What names a cluster, be it a rule or not. percent: its share in words. */
function whoNames(
  compiled: CompiledProxy,
  target: ChainTarget,
  percent: string,
): { readonly reason: Reason; readonly message: string; readonly span: Span | null } {
  switch (target.kind) {
    case 'rule':
      return { reason: 'rule', message: percent, span: spanAt(target.source.rule, 'route') };
    case 'cluster': {
      const message = 'the cluster that the server name itself names (AUTO_PASSTHROUGH)';
      if (compiled.kind === 'gateway') return { reason: 'sni', message, span: null };
      return egressProxyOf(compiled);
    }
    case 'service':
    case 'http':
      return { reason: 'own-cluster', message: "the service's own cluster", span: null };
  }
}

function egressProxyOf({ scope: { sidecar, egressProxy } }: CompiledSidecar): {
  readonly reason: Reason;
  readonly message: string;
  readonly span: Span | null;
} {
  const owner = sidecar === null ? 'the Sidecar' : `Sidecar ${sidecar.namespace}/${sidecar.name}`;
  const message = `what outboundTrafficPolicy.egressProxy of ${owner} names`;
  const span = egressProxy === null ? null : spanAt(egressProxy);
  return { reason: 'egress-proxy', message, span };
}

export function tellWithoutWeight(steps: StepList, target: ChainTarget): void {
  if (target.kind !== 'rule' || target.source.route.length < 2) return;
  for (const entry of target.source.route) {
    if ((entry.weight ?? 0) > 0) continue;
    const { virtualService } = target.source;
    const subject = `${virtualService.namespace}/${virtualService.name} ${pathAt(entry)}`;
    const weight = entry.weight === undefined ? 'no weight' : 'the weight 0';
    const message = `${entry.destination?.host ?? ''} has ${weight} beside others: it gets nothing`;
    steps.rejected('destination', subject, 'no-weight', message, spanAt(entry));
  }
}
